{{ newest_answers('musicbrainz', 'artist_links') }}
