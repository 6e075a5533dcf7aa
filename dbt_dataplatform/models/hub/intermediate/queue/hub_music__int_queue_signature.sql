-- The files and policies that the queue follows from, as one text: a load, a purge or another policy makes it another one.
with policies as (
    select cast(max({{ microseconds('writtenAt') }}) as string) as writtenAt
    from {{ ref('lake_ops__stg_provider_policies') }}
),

files as (
    select {{ files_signature() }} as signature
    from {{ ref('lake_ops__stg_loaded_files') }}
)

select files.signature || ' ' || coalesce(policies.writtenAt, '') as signature
from files
cross join policies
