-- What the queue was made from: when files or policies have changed since, its tables are made again before it is read.
select
    count(*) as files,
    coalesce(max(loadSequence), 0) as loadSequence,
    max(loadedAt) as loadedAt,
    (select max(writtenAt) from {{ ref('lake_ops__stg_provider_policies') }}) as policiesAt
from {{ ref('lake_ops__stg_loaded_files') }}
