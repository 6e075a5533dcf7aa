{{ config(unique_key='mbid', cluster_by=['mbid']) }}
{{ new_answers('listenbrainz', 'artist_metadata') }}
