-- The tracks that the subjects of files may be: by Spotify's id, by ISRC under the same title, or by artist and title, where
-- the artist is the one that a person confirmed or the name that the file has.
with subjects as (
    select subjects.*, coalesce(confirmed.nameKey, subjects.artistKey) as creditKey
    from {{ ref('hub_music__int_stream_subjects') }} as subjects
    left join {{ ref('lake_manual__stg_matches') }} as said on said.subjectId = subjects.subjectId
    left join {{ ref('hub_music__int_artists') }} as confirmed on confirmed.artistId = said.artistId
    where subjects.kind = 'track'
),

found as (
    select subjects.subjectId, ids.trackId, 1 as place, 'spotify_id' as matchedBy
    from subjects
    inner join {{ ref('hub_music__svc_track_ids') }} as ids
        on ids.scheme = 'spotifyTrackId' and ids.id = subjects.spotifyTrackId
    union all
    select subjects.subjectId, ids.trackId, 2 as place, 'isrc' as matchedBy
    from subjects
    inner join {{ ref('hub_music__svc_track_ids') }} as ids on ids.scheme = 'isrc' and ids.id = subjects.isrc
    inner join {{ ref('hub_music__int_tracks_played') }} as played
        on played.trackId = ids.trackId and played.titleKey = subjects.titleKey
    union all
    select subjects.subjectId, played.trackId, 3 as place, 'names' as matchedBy
    from subjects
    inner join {{ ref('hub_music__int_tracks_played') }} as played
        on played.creditKey = subjects.creditKey and played.titleKey = subjects.titleKey
),

counted as (
    select subjectId, place, max(matchedBy) as matchedBy, max(trackId) as trackId, count(distinct trackId) as tracks
    from found
    group by subjectId, place
)

select subjectId, matchedBy, if(tracks = 1, trackId, null) as trackId, tracks
from counted
qualify row_number() over (partition by subjectId order by place nulls last) = 1
