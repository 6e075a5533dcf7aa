-- The artist of the library behind a MusicBrainz id: the Spotify artist, of two profiles always the same one.
select
    mbid,
    min(artistId) as artistId
from {{ ref('hub_music__int_artist_mbids') }}
where mbid is not null and not starts_with(artistId, 'name:')
group by mbid
