-- Units that distributors report by month since a date, once by store and once by country.
select
    source,
    'store' as kind,
    store as place,
    saleMonth as month,
    cast(sum(quantity) as int64) as units
from {hub}.hub_music__svc_fact_sales_months
where saleMonth >= $since and quantity is not null
group by source, store, saleMonth
union all
select
    source,
    'country' as kind,
    country as place,
    saleMonth as month,
    cast(sum(quantity) as int64) as units
from {hub}.hub_music__svc_fact_sales_months
where saleMonth >= $since and quantity is not null
group by source, country, saleMonth
order by source, kind, place, month
