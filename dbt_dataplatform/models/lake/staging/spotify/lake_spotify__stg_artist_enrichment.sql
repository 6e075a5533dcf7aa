{{ newest_answers('spotify', 'artist_enrichment') }}
