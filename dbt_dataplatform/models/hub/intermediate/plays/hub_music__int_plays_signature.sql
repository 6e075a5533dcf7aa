-- The files that hold plays, as one text: a load or a purge makes it another one.
select {{ files_signature() }} as signature
from {{ ref('lake_ops__stg_loaded_files') }}
where dataset in ('plays/plays', 'spotify/recently_played') and loadedRows > 0
