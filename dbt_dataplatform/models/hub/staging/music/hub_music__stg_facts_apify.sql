with answers as (
    select artistId, monthlyListeners, retrievedAt, 'apify' as provider, 1e0 as confidence, evidence
    from {{ ref('lake_apify__svc_monthly_listeners') }}
),

facts as (
    {{ facts_of([('monthlyListeners', 'number', 'monthlyListeners')]) }}
)

select *
from facts
