-- Answers that a person wants to be asked for again. An item without a key of its own means all of the provider.
select provider, coalesce(itemKey, '') as itemKey, max(until) as until, max(decidedAt) as decidedAt
from {{ source('manual', 'invalidations') }} as invalidations
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = invalidations._fileHash
group by provider, coalesce(itemKey, '')
