{{ config(unique_key='artistId', cluster_by=['artistId']) }}
{{ new_answers('spotify', 'artist_enrichment') }}
