-- Every id that somebody tells of a track as plays mention it. Names alone are the weakest witness.
with mentions as (
    select tracks.trackId, mentions.*, if(requestPriority is null, 'plays', 'requests') as toldBy
    from {{ ref('hub_music__int_track_mentions') }} as mentions
    inner join {{ ref('hub_music__int_tracks') }} as tracks on tracks.mentionId = mentions.mentionId
),

codes as (  -- of addresses
    select spotifyTrackId, isrc, 0.9e0 as confidence, evidence, 'file' as provider
    from {{ ref('lake_features__stg_audio_features') }}
    union all
    select trackId, isrc, 1e0, 'https://open.spotify.com/track/' || trackId, 'spotify_tracks'
    from {{ ref('lake_spotify_tracks__svc_tracks') }}
    union all
    select spotifyTrackId, isrc, 0.9e0, 'https://open.spotify.com/track/' || spotifyTrackId, 'reccobeats'
    from {{ ref('lake_reccobeats__svc_features') }}
)

select
    mentionId, trackId, spotifyTrackId, 'spotifyTrackId' as scheme, spotifyTrackId as id, 1e0 as confidence,
    'https://open.spotify.com/track/' || spotifyTrackId as evidence, toldBy as provider, playCount
from mentions
where spotifyTrackId is not null
union all
select mentionId, trackId, spotifyTrackId, 'isrc', {{ isrc_of('isrc') }}, 0.9e0, cast(null as string), toldBy, playCount
from mentions
where isrc is not null
union all
select mentionId, trackId, mentions.spotifyTrackId, 'isrc', {{ isrc_of('codes.isrc') }}, confidence, evidence, provider, playCount
from mentions inner join codes on codes.spotifyTrackId = mentions.spotifyTrackId
union all
select
    mentionId, trackId, spotifyTrackId, 'recordingMbid', answers.recordingMbid, 0.8e0,
    'https://musicbrainz.org/recording/' || answers.recordingMbid, 'listenbrainz_lookup', playCount
from mentions inner join {{ ref('lake_listenbrainz_lookup__stg_recordings') }} as answers on answers.key = namesId
where answers.artistMatches and answers.recordingMatches
