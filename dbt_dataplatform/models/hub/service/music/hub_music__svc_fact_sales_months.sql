{{ config(partition_by=partition_on('saleMonth', 'month', 'date'), cluster_by=['artistId', 'trackId']) }}

{#- Rows that are alike all count, for stores split small sales; a newer file replaces what it has of a statement. -#}
with versions as (
    select
        *,
        dense_rank() over (
            partition by source, subjectId, saleMonth, reportedOn, store, country, saleType, currency
            order by exportedAt desc nulls last, sourceFile desc nulls last
        ) as version
    from {{ ref('lake_streams__stg_sales') }}
)

select
    sales.source, series.seriesId, sales.saleMonth, sales.currency,
    coalesce(sales.store, '') as store,
    coalesce(sales.country, '') as country,
    coalesce(sales.saleType, '') as saleType,
    max(series.artistId) as artistId,
    max(series.trackId) as trackId,
    max(sales.artistName) as artistName,
    max(sales.trackName) as trackName,
    max(sales.releaseName) as releaseName,
    max(sales.isrc) as isrc,
    max(sales.upc) as upc,
    cast(sum(sales.quantity) as int64) as quantity,
    {{ exact('sum(sales.earnings)') }} as earnings,
    max(sales.exportedAt) as lastUpdated
from versions as sales
inner join {{ ref('hub_music__svc_stream_matches') }} as series on series.subjectId = sales.subjectId
where sales.version = 1
group by
    sales.source, series.seriesId, sales.saleMonth, sales.currency,
    coalesce(sales.store, ''), coalesce(sales.country, ''), coalesce(sales.saleType, '')
