-- What Deezer says of the track with a code, where it is the same recording; of several codes the first.
select
    ids.trackId,
    answers.isrc as key,
    answers.* except (isrc, retrievedAt),
    answers.retrievedAt,
    0.9e0 as confidence,
    coalesce(answers.link, 'https://www.deezer.com/track/' || answers.deezerTrackId) as evidence
from {{ ref('lake_deezer_tracks__svc_tracks') }} as answers
inner join {{ ref('hub_music__svc_track_ids') }} as ids on ids.scheme = 'isrc' and ids.id = answers.isrc
inner join {{ ref('hub_music__int_tracks_played') }} as tracks on tracks.trackId = ids.trackId
left join {{ ref('lake_spotify_tracks__svc_tracks') }} as lengths on lengths.trackId = tracks.spotifyTrackId
where {{ is_the_track('answers', 'tracks', 'answers.durationMs', 'lengths.durationMs') }}
qualify row_number() over (partition by ids.trackId order by ids.place nulls last, answers.isrc nulls last) = 1
