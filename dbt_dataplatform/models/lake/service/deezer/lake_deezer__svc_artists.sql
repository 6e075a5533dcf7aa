{{ config(unique_key='deezerId', cluster_by=['deezerId']) }}
{{ new_answers('deezer', 'artists') }}
