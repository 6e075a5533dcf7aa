-- The surest way to an id counts; what is not resolved yet stays here with the reason.
with questions as (
    select artistKey, count(*) as tracks, count(if(gone, 1, null)) as gone, count(if(found, 1, null)) as found
    from {{ ref('hub_music__stg_name_tracks') }}
    group by artistKey
),

ways as (
    select
        names.*, tracks.artistId as byTrack, if(carried.artists = 1, carried.artistId, null) as byPlays, if(known.artists = 1, known.artistId, null) as byName,
        tracks.confidence as trackConfidence, tracks.evidence as trackEvidence, questions.tracks as asked, questions.gone, questions.found,
        greatest(coalesce(carried.artists, 0), coalesce(known.artists, 0)) as namesakes
    from {{ ref('hub_music__stg_play_names') }} as names
    left join {{ ref('hub_music__stg_track_names') }} as tracks on tracks.artistKey = names.artistKey
    left join {{ ref('hub_music__stg_known_names') }} as carried on carried.artistKey = names.artistKey and carried.method = 'carried'
    left join {{ ref('hub_music__stg_known_names') }} as known on known.artistKey = names.artistKey and known.method = 'known_name'
    left join questions on questions.artistKey = names.artistKey
)

select
    artistKey, nameHash, artistName, playCount, msPlayed, tracks, firstPlayedAt, lastPlayedAt, firstImportedAt, discoveredAt,
    coalesce(byTrack, byPlays, byName) as artistId,
    case
        when byTrack is not null then 'spotify_track'
        when byPlays is not null then 'carried'
        when byName is not null then 'known_name'
        else 'unresolved'
    end as method,
    if(byTrack is not null, trackConfidence, if(byPlays is not null, 0.7e0, if(byName is not null, 0.6e0, 0e0))) as confidence,
    if(byTrack is not null, trackEvidence, 'https://open.spotify.com/artist/' || coalesce(byPlays, byName)) as evidence,
    case
        when coalesce(byTrack, byPlays, byName) is not null then null
        when asked > gone + found then 'waiting'
        when {{ stands_for_many('artistKey') }} then 'stands_for_many'
        when namesakes > 1 then 'several_artists'
        when asked is null then 'no_track_id'
        when gone = asked then 'tracks_not_found'
        else 'other_artists'
    end as why
from ways
