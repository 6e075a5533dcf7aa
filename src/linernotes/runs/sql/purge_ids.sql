-- What an artist is asked by. Of a scheme that nobody is asked by, the same id may be somebody else's elsewhere.
select id as key
from {hub}.hub_music__svc_artist_ids
where artistId = $artist and scheme in (select * from unnest($schemes))
