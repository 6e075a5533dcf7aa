{{ newest_answers('lastfm', 'artist_info') }}
