{{ config(unique_key='playId', cluster_by=['trackUri']) }}

select *
from {{ ref('lake_spotify__stg_recently_played') }}
{% if is_merging() %}
-- What is new is known by the order of loading, never by a clock; merging the last file again changes nothing.
where loadSequence >= (select coalesce(max(loadSequence), 0) from {{ this }})
{% endif %}
