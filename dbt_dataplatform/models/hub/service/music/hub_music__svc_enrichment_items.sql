-- Every key of every provider, due or not: what may be asked is chosen from here.
with windows as (  -- as lists: a join would have all items read twice
    select
        {{ in_order('beginsAt', microseconds('beginsAt')) }} as begins,
        {{ in_order('endsAt', microseconds('endsAt')) }} as ends
    from {{ ref('lake_ops__stg_run_windows') }}
),

items as (
    select
        items.*,
        status = 'pending' and coalesce({{ lies_within('discoveredAt', 'begins', 'ends') }}, false) as missed
    from {{ ref('hub_music__int_enrichment_items') }} as items
    cross join windows
)

select
    provider, entity, key, artistId, artistName, trackName, mbid,
    case
        when status != 'pending' and askedAgain then 'requested'
        when status = 'enriched' then 'stale'
        when status != 'pending' then 'retry'
        when missed then 'missed'
        else 'never_asked'
    end as reason,
    playCount as priority,
    requestPriority,
    discoveredAt,
    dueAt,
    enrichedAt,
    status,
    attemptedAt,
    answeredAt,
    (playCount + 1) * {{ dbt.datediff('enrichedAt', now_utc(), 'day') }} as staleness,
    barcode
from items
