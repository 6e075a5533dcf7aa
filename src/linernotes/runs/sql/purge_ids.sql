-- The ids that an artist is looked up by. In a scheme without lookups the same id may belong to another artist.
select id as key
from {hub}.hub_music__svc_artist_ids
where artistId = $artist and scheme in (select * from unnest($schemes))
