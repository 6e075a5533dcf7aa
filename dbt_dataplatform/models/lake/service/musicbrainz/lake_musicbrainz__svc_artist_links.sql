{{ config(unique_key='artistId', cluster_by=['artistId']) }}
{{ new_answers('musicbrainz', 'artist_links') }}
