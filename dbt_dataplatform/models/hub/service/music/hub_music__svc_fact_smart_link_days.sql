{{ config(partition_by=partition_on('date', 'month', 'date'), cluster_by=['campaign']) }}

with versions as (
    select *
    from {{ ref('lake_streams__stg_campaigns') }}
    where grain = 'link_day'
    qualify row_number() over (
        partition by source, account, campaignKey, landingUrl, toDay
        order by exportedAt desc nulls last, sourceFile desc nulls last, sourceRow desc nulls last
    ) = 1
)

select
    days.source, days.account, days.campaignKey as campaign, days.toDay as date,
    coalesce(days.landingUrl, '') as landingUrl,
    days.campaignName, series.artistId, series.trackId,
    days.visits, days.clicks, days.timeZone, days.settled, days.exportedAt as lastUpdated
from versions as days
inner join {{ ref('hub_music__svc_stream_matches') }} as series on series.subjectId = days.subjectId
