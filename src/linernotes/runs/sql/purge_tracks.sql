-- The tracks that were looked up to find the artist of a name.
select distinct tracks.key
from {hub}.hub_music__stg_name_tracks as tracks
inner join {hub}.hub_music__stg_name_resolutions as names on names.artistKey = tracks.artistKey
where names.artistId = $artist or concat('name:', names.nameHash) = $artist
