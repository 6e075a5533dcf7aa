{{ config(cluster_by=['trackId']) }}

{#- Half a key of one source and half of another would be a third key. -#}
{% set mode = 'if(modeSource = keySource, mode, null)' %}
with listed as (
    select trackId, max(if(position = 1, artistId, null)) as artistId, {{ in_order('artistId', 'position') }} as artistIds
    from {{ ref('hub_music__svc_bridge_track_artists') }} group by trackId
),

ids as (
    select
        trackId,
        max(if(scheme = 'isrc', id, null)) as isrc,
        max(if(scheme = 'recordingMbid', id, null)) as recordingMbid
    from {{ ref('hub_music__svc_track_ids') }}
    where place = 1 group by trackId
),

told as (
    select trackId, {{ sorted_items('provider') }} as enrichmentSources, max(retrievedAt) as enrichedAt
    from {{ ref('hub_music__svc_track_values') }} group by trackId
)

select
    tracks.trackId, trackName, artistName,
    listed.artistId, coalesce(listed.artistIds, []) as artistIds,
    albumId, albumName,
    'spotify:track:' || spotifyTrackId as trackUri,
    ids.isrc, ids.recordingMbid, playCount, msPlayed, firstPlayedAt, lastPlayedAt,
    {{ key_text('key', mode) }} as keyText,
    {{ camelot_key('key', mode) }} as camelotKey,
    {{ open_key('key', mode) }} as openKey,
    cast(substr(coalesce(firstReleaseDate, releaseDate), 1, 4) as int64) as releaseYear,
    coalesce(told.enrichmentSources, []) as enrichmentSources, told.enrichedAt,
    fields.* except (trackId)
from {{ ref('hub_music__int_tracks_played') }} as tracks
left join listed on listed.trackId = tracks.trackId
left join ids on ids.trackId = tracks.trackId
left join told on told.trackId = tracks.trackId
left join {{ ref('hub_music__int_track_fields') }} as fields on fields.trackId = tracks.trackId
