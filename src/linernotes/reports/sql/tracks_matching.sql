-- The tracks with an id, or with a title alone or behind its artist; all of them if everything is wanted.
select
    tracks.trackId, tracks.trackName, tracks.artistName, tracks.playCount,
    exists (
        select 1 from {hub}.hub_music__svc_track_ids as ids
        where ids.trackId = tracks.trackId and ids.id in unnest($ids)
    ) or tracks.trackId in unnest($ids) as byId
from {hub}.hub_music__svc_dim_tracks as tracks
where
    $everything
    or tracks.trackId in unnest($ids)
    or tracks.trackId in (select ids.trackId from {hub}.hub_music__svc_track_ids as ids where ids.id in unnest($ids))
    or lower(tracks.trackName) = lower($text)
    or lower(tracks.artistName || ' - ' || tracks.trackName) = lower($text)
order by tracks.playCount desc, tracks.trackId
