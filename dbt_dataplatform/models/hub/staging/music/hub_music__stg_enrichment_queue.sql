-- Every key of every provider, due or not: what may be asked is chosen from here.
select
    provider,
    entity,
    key,
    artistId,
    artistName,
    trackName,
    mbid,
    case
        when status = 'enriched' then 'stale'
        when status != 'pending' then 'retry'
        when missed then 'missed'
        else 'never_asked'
    end as reason,
    playCount as priority,
    discoveredAt,
    dueAt,
    enrichedAt,
    status,
    attemptedAt,
    answeredAt,
    (playCount + 1) * {{ dbt.datediff('enrichedAt', now_utc(), 'day') }} as staleness
from {{ ref('hub_music__stg_enrichment_status') }}
