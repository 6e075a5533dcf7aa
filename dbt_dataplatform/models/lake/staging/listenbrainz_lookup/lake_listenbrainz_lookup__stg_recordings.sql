{{ newest_answers('listenbrainz_lookup', 'recordings') }}
