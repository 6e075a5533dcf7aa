-- The tracks with an id of their own or of a service, or with a title.
select distinct
    tracks.trackId,
    tracks.trackName,
    tracks.artistName
from {hub}.hub_music__svc_dim_tracks as tracks
left join {hub}.hub_music__svc_track_ids as ids on ids.trackId = tracks.trackId
where tracks.trackId = $given or ids.id = $id or lower(tracks.trackName) = lower($given)
order by tracks.trackId
limit 6
