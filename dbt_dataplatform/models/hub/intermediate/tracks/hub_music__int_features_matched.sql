-- What imported files say of tracks: by the track's own address, by its code under the same title, else by its names.
with files as (select * from {{ ref('lake_features__stg_audio_features') }}),

matches as (
    select ids.trackId, files.subject, 1e0 as confidence
    from files
    inner join {{ ref('hub_music__svc_track_ids') }} as ids
        on ids.scheme = 'spotifyTrackId' and ids.id = files.spotifyTrackId
    union all
    select ids.trackId, files.subject, 0.9e0 as confidence
    from files
    inner join {{ ref('hub_music__svc_track_ids') }} as ids on ids.scheme = 'isrc' and ids.id = {{ isrc_of('files.isrc') }}
    inner join {{ ref('hub_music__int_tracks_played') }} as tracks
        on tracks.trackId = ids.trackId and tracks.titleKey = files.titleKey
    union all
    select tracks.trackId, files.subject, 0.7e0 as confidence
    from files
    inner join {{ ref('hub_music__int_tracks_played') }} as tracks
        on tracks.creditKey = files.creditKey and tracks.titleKey = files.titleKey
    where files.spotifyTrackId is null and files.isrc is null
)

select files.*, matches.trackId, matches.confidence, 'file' as provider, files.importedAt as retrievedAt
from matches
inner join files on files.subject = matches.subject
qualify row_number() over (
    partition by trackId order by confidence desc nulls last, loadSequence desc nulls last, matches.subject nulls last
) = 1
