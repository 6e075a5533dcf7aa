-- Tracks as plays and lists tell of them, before anybody was asked; one that only an address tells of is called as Spotify
-- calls it.
{%- set newest_first = ['lastPlayedAt is not null', 'lastPlayedAt', 'mentionId'] %}
with mentions as (
    select tracks.trackId, mentions.*
    from {{ ref('hub_music__int_track_mentions') }} as mentions
    inner join {{ ref('hub_music__int_tracks') }} as tracks on tracks.mentionId = mentions.mentionId
),

tracks as (
    select
        trackId,
        {{ newest('trackName', by=newest_first) }} as trackName,
        {{ newest('titleKey', by=newest_first) }} as titleKey,
        {{ newest('artistName', by=newest_first) }} as artistName,
        {{ newest('creditKey', by=newest_first) }} as creditKey,
        {{ newest('albumId', by=newest_first) }} as albumId,
        {{ newest('albumName', by=newest_first) }} as albumName,
        {{ newest('spotifyTrackId', by=newest_first) }} as spotifyTrackId,
        min(coalesce(greatest(firstPlayedAt, firstImportedAt), firstPlayedAt, firstImportedAt)) as firstImportedAt,
        max(requestPriority) as requestPriority,
        max(refreshAt) as refreshAt,
        {{ summed_plays() }}
    from mentions
    group by trackId
)

select
    tracks.* except (trackName, titleKey, artistName, creditKey),
    coalesce(tracks.trackName, told.trackName) as trackName,
    coalesce(tracks.titleKey, told.titleKey) as titleKey,
    coalesce(tracks.artistName, {{ item('told.artists', 1) }}.name) as artistName,
    coalesce(tracks.creditKey, {{ item('told.artists', 1) }}.nameKey) as creditKey
from tracks
left join {{ ref('lake_spotify_tracks__svc_tracks') }} as told on told.trackId = tracks.spotifyTrackId
