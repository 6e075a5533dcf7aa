-- Misses that were taken back, by people or by a run that met a storm.
select provider, since, until, reason, retries.runId, max(decidedAt) as decidedAt
from {{ source('manual', 'retries') }} as retries
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = retries._fileHash
group by provider, since, until, reason, retries.runId
