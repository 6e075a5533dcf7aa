-- Should two loaders ever have written the same file, the first one counts.
with files as (
    select * except (_fileHash, _line)
    from {{ source('ops', 'loaded_files') }}
    qualify row_number() over (partition by fileHash order by loadSequence nulls last, file nulls last) = 1
)

select
    *,
    -- Files by age, as their names tell it; those copied in by hand count as the oldest.
    row_number() over (
        order by coalesce(stampedAt, cast('1970-01-01' as timestamp)) nulls last, file nulls last, fileHash nulls last
    ) as fileOrder
from files
