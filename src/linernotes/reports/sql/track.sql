-- One track as the dimension has it, and how far asking about it has come.
select
    tracks.trackId,
    tracks.trackName,
    tracks.artistName,
    tracks.artistIds,
    tracks.albumName,
    tracks.trackUri,
    tracks.isrc,
    tracks.recordingMbid,
    tracks.playCount,
    tracks.firstPlayedAt,
    tracks.lastPlayedAt,
    tracks.keyText,
    tracks.camelotKey,
    tracks.openKey,
    tracks.releaseYear,
    tracks.enrichedAt,
    states.status,
    states.errorMessage
from {hub}.hub_music__svc_dim_tracks as tracks
left join {hub}.hub_music__svc_enrichment_status as states on states.trackId = tracks.trackId
where tracks.trackId = $track
