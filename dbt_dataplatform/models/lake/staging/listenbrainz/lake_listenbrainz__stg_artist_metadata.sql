{{ newest_answers('listenbrainz', 'artist_metadata') }}
