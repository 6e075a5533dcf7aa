-- What was said of each ad account last: its time zone, and its currency.
select
    source,
    account,
    timeZone,
    currency
from {lake}.lake_streams__normalized_campaigns
qualify row_number() over (
    partition by source, account, currency is null order by exportedAt desc nulls last, reading nulls last
) = 1
