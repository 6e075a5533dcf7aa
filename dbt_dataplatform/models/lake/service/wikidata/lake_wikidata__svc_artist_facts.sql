{{ config(unique_key='artistId', cluster_by=['artistId']) }}
{{ new_answers('wikidata', 'artist_facts') }}
