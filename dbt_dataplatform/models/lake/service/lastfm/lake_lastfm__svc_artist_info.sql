{{ config(unique_key='artistId', cluster_by=['artistId']) }}
{{ new_answers('lastfm', 'artist_info') }}
