-- Written by us at every run, so no landed file carries these rows.
select
    provider,
    entity,
    freshSeconds,
    coalesce(failedRetryDays, []) as failedRetryDays,
    coalesce(notFoundRetryDays, []) as notFoundRetryDays,
    keyedBy,
    waitsFor,
    enabled,
    licence,
    method,
    perArtist,
    writtenAt
from {{ source('ops', 'provider_policies') }}
qualify row_number() over (partition by provider, entity order by writtenAt desc nulls last, freshSeconds nulls last) = 1
