{{ newest_answers('spotify_tracks', 'tracks') }}
