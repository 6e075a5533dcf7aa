{{ config(unique_key='artistId', cluster_by=['artistId']) }}
{{ new_answers('apify', 'monthly_listeners') }}
