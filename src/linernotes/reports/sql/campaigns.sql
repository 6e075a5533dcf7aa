-- The campaigns since a date with what they cost and brought; what differs in its currency or in what counts as a result is not added up.
select
    source,
    account,
    campaign,
    max(campaignName) as campaignName,
    attribution,
    resultType,
    currency,
    min(date) as firstDay,
    max(date) as lastDay,
    sum(spend) as spend,
    sum(conversions) as conversions,
    sum(spend) / nullif(sum(conversions), 0) as cpr,
    cast(sum(impressions) as int64) as impressions,
    cast(sum(clicks) as int64) as clicks
from {hub}.hub_music__svc_fact_campaign_days
where date >= $since
group by source, account, campaign, attribution, resultType, currency
order by lastDay desc, spend desc, source, campaign, attribution, resultType, currency
limit $shown
