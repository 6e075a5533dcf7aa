-- Which recording with a track's code is the track: title, artist and length have to agree; of several the earliest. A track
-- that only its code tells of is the recording with that code, where there is a single one.
with codes as (
    select trackId, id as isrc, max(spotifyTrackId) as spotifyTrackId
    from {{ ref('hub_music__int_track_ids_told') }}
    where scheme = 'isrc'
    group by trackId, id
)

select
    codes.trackId,
    answers.isrc as key,
    told.recordingMbid,
    told.firstReleaseDate,
    answers.retrievedAt,
    if(tracks.titleKey is null, 0.7e0, 0.95e0) as confidence,
    'https://musicbrainz.org/recording/' || told.recordingMbid as evidence
from {{ ref('lake_musicbrainz_recordings__svc_recordings') }} as answers
inner join codes on codes.isrc = answers.isrc
inner join {{ ref('hub_music__int_tracks_played') }} as tracks on tracks.trackId = codes.trackId
cross join unnest(answers.recordings) as told
left join {{ ref('lake_spotify_tracks__svc_tracks') }} as lengths on lengths.trackId = codes.spotifyTrackId
where
    ({{ is_the_track('told', 'tracks', 'told.lengthMs', 'lengths.durationMs') }})
    or (tracks.titleKey is null and tracks.creditKey is null and array_length(answers.recordings) = 1)
qualify row_number() over (
    partition by codes.trackId
    order by told.firstReleaseDate nulls last, told.recordingMbid nulls last, answers.isrc nulls last
) = 1
