{{ config(cluster_by=['subjectId']) }}
-- Which artist and track each name in a file means. What a person confirmed comes first, then ids, then names; names that
-- could mean several mean none. Names are compared by their keys, and never nearly.
with artists as (
    select known.nameKey, max(known.artistId) as artistId, count(distinct known.artistId) as bearers
    from {{ ref('hub_music__int_artists') }} as known
    left join {{ ref('names_of_many') }} as many on many.nameKey = known.nameKey
    where many.nameKey is null
    group by known.nameKey
),

matched as (
    select
        subjects.*,
        tracks.trackId,
        coalesce(said.artistId, tracks.artistId, if(artists.bearers = 1, artists.artistId, null)) as artistId,
        if(said.subjectId is null, found.matchedBy, 'confirmed') as trackBy,
        if(said.subjectId is null, if(artists.bearers = 1, 'names', null), 'confirmed') as artistBy,
        if(found.tracks > 1, 'several_tracks', 'unknown_track') as whyTrack,
        if(artists.bearers > 1, 'several_artists', 'unknown_artist') as whyArtist
    from {{ ref('hub_music__int_stream_subjects') }} as subjects
    left join {{ ref('lake_manual__stg_matches') }} as said on said.subjectId = subjects.subjectId
    left join {{ ref('hub_music__int_stream_tracks') }} as found on found.subjectId = subjects.subjectId
    left join {{ ref('hub_music__svc_dim_tracks') }} as tracks on tracks.trackId = coalesce(said.trackId, found.trackId)
    left join artists on artists.nameKey = subjects.artistKey and subjects.kind != 'campaign'
)

select
    subjectId, kind, source, artistName, title, isrc, artistId, trackId, lineCount,
    coalesce(trackId, if(kind = 'artist', artistId, null), subjectId) as seriesId,
    case
        when trackId is not null then trackBy
        when kind != 'track' and artistId is not null then artistBy
    end as matchedBy,
    case
        when trackId is not null or (kind != 'track' and artistId is not null) then null
        when kind = 'track' and artistId is not null then whyTrack
        else if(kind = 'campaign', 'not_confirmed', whyArtist)
    end as why
from matched
