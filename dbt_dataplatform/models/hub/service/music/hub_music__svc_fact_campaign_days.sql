{{ config(partition_by=partition_on('date', 'month', 'date'), cluster_by=['source', 'campaign']) }}

{#- A campaign's day is that of the newest export that has it, whole, so exports of campaigns and of ads never add up. -#}
{%- set of_name = 'over (partition by source, account, campaignKey)' %}
with told as (
    select
        lines.*,
        coalesce(attribution, '') as setting, coalesce(resultType, '') as result, coalesce(currency, '') as money,
        coalesce(
            campaignId,
            if(min(campaignId) {{ of_name }} = max(campaignId) {{ of_name }}, min(campaignId) {{ of_name }}, null),
            campaignKey
        ) as campaign
    from {{ ref('lake_streams__stg_campaigns') }} as lines
    where grain = 'campaign_day' and fromDay = toDay
),

versions as (
    select
        *,
        dense_rank() over (
            partition by source, account, campaign, toDay
            order by exportedAt desc nulls last, sourceFile desc nulls last
        ) as version
    from told
)

select
    days.source, days.account, days.campaign, days.toDay as date,
    days.setting as attribution, days.result as resultType, days.money as currency,
    max(days.campaignName) as campaignName, max(series.artistId) as artistId, max(series.trackId) as trackId,
    {{ exact('sum(days.spend)') }} as spend, {{ exact('sum(days.conversions)') }} as conversions,
    {{ exact('sum(days.spend) / nullif(sum(days.conversions), 0)') }} as cpr,
    cast(sum(days.impressions) as int64) as impressions,
    cast(sum(days.clicks) as int64) as clicks, cast(sum(days.linkClicks) as int64) as linkClicks,
    max(days.timeZone) as timeZone, min(days.settled) as settled, max(days.exportedAt) as lastUpdated
from versions as days
left join {{ ref('hub_music__svc_stream_matches') }} as series on series.subjectId = days.subjectId
where days.version = 1
group by days.source, days.account, days.campaign, days.toDay, days.setting, days.result, days.money
