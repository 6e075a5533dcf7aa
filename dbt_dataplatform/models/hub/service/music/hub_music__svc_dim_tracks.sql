{{ config(cluster_by=['trackId']) }}

with credits as (  -- in the order of the credits where plays tell it
    select
        credits.trackId, credits.artistId,
        row_number() over (
            partition by credits.trackId order by instr(tracks.credited, credits.artistId) nulls last, credits.artistId nulls last
        ) as place
    from {{ ref('hub_music__stg_track_credits') }} as credits
    inner join {{ ref('hub_music__stg_tracks') }} as tracks on tracks.trackId = credits.trackId
),

listed as (
    select trackId, max(if(place = 1, artistId, null)) as artistId, {{ in_order('artistId', 'place') }} as artistIds
    from credits
    group by trackId
)

select
    tracks.trackId,
    trackName,
    artistName,
    listed.artistId,
    coalesce(listed.artistIds, []) as artistIds,
    albumId,
    albumName,
    trackUri,
    isrc,
    playCount,
    msPlayed,
    firstPlayedAt,
    lastPlayedAt
from {{ ref('hub_music__stg_tracks') }} as tracks
left join listed on listed.trackId = tracks.trackId
