-- Every id that somebody tells of a track. An ISRC is told of an address; names alone are the weakest witness.
with mentions as (
    select tracks.trackId, mentions.*
    from {{ ref('hub_music__int_track_mentions') }} as mentions
    inner join {{ ref('hub_music__int_tracks') }} as tracks on tracks.mentionId = mentions.mentionId
),

files as (select * from {{ ref('lake_features__stg_audio_features') }})

select
    trackId, 'spotifyTrackId' as scheme, spotifyTrackId as id, 1e0 as confidence,
    'https://open.spotify.com/track/' || spotifyTrackId as evidence, 'plays' as provider, playCount
from mentions
where spotifyTrackId is not null
union all
select trackId, 'isrc', {{ isrc_of('mentions.isrc') }}, 0.9e0, cast(null as string), 'plays', playCount
from mentions
where isrc is not null
union all
select
    mentions.trackId, 'isrc', {{ isrc_of('answers.isrc') }}, 1e0, 'https://open.spotify.com/track/' || answers.trackId,
    'spotify_tracks', playCount
from mentions
inner join {{ ref('lake_spotify_tracks__stg_tracks') }} as answers on answers.trackId = mentions.spotifyTrackId
union all
select
    mentions.trackId, 'isrc', {{ isrc_of('answers.isrc') }}, 0.9e0, 'https://open.spotify.com/track/' || spotifyTrackId,
    'reccobeats', playCount
from mentions
inner join {{ ref('lake_reccobeats__stg_features') }} as answers using (spotifyTrackId)
union all
select mentions.trackId, 'isrc', {{ isrc_of('files.isrc') }}, 0.9e0, files.evidence, 'file', playCount
from mentions
inner join files on files.spotifyTrackId = mentions.spotifyTrackId
union all
select
    mentions.trackId, 'recordingMbid', answers.recordingMbid, 0.8e0,
    'https://musicbrainz.org/recording/' || answers.recordingMbid, 'listenbrainz_lookup', playCount
from mentions
inner join {{ ref('lake_listenbrainz_lookup__stg_recordings') }} as answers on answers.key = mentions.namesId
where answers.artistMatches and answers.recordingMatches
