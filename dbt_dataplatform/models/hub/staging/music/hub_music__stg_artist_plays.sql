-- An artist credited twice on one track counts once. Guests are named by the plays that Spotify itself told of.
with guests as (
    select artist.id as artistId, {{ newest('artist.name', by=['playId']) }} as artistName
    from {{ ref('lake_spotify__stg_recently_played') }} as plays
    cross join unnest(plays.artists) as artist
    group by artist.id
)

select
    credits.artistId,
    coalesce(max(guests.artistName), {{ newest('credits.artistName', by=['lastPlayedAt', 'credits.trackId']) }}) as artistName,
    cast(sum(playCount) as int64) as playCount,
    cast(sum(msPlayed) as int64) as msPlayed,
    min(firstPlayedAt) as firstPlayedAt,
    max(lastPlayedAt) as lastPlayedAt,
    min(firstImportedAt) as firstImportedAt
from {{ ref('hub_music__stg_track_credits') }} as credits
inner join {{ ref('hub_music__stg_tracks') }} as tracks on tracks.trackId = credits.trackId
left join guests on guests.artistId = credits.artistId
group by credits.artistId
