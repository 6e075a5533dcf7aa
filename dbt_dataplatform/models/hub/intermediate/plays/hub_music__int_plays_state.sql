-- What the tables of plays were made from: when plays were loaded or purged since, they are made again.
select
    count(*) as files,
    coalesce(max(loadSequence), 0) as loadSequence,
    max(loadedAt) as loadedAt
from {{ ref('lake_ops__stg_loaded_files') }}
where dataset in ('plays/plays', 'spotify/recently_played') and loadedRows > 0
