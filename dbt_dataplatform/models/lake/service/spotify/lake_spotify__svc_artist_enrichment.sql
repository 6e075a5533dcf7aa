{{ config(unique_key='artistId', cluster_by=['artistId']) }}

select *
from {{ ref('lake_spotify__stg_artist_enrichment') }}
{% if is_incremental() %}
-- What is new is known by the order of loading, never by a clock; merging the last file again changes nothing.
where loadSequence >= (select coalesce(max(loadSequence), 0) from {{ this }})
{% endif %}
