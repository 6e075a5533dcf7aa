{{ config(cluster_by=['artistId']) }}

select * from {{ ref('hub_music__stg_dim_artists') }}
