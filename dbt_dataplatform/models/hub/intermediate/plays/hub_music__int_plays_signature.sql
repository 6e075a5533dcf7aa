-- The files that hold plays or lists of tracks, as one text: a load or a purge makes it another one.
select {{ files_signature() }} as signature
from {{ ref('lake_ops__stg_loaded_files') }}
where dataset in ('plays/plays', 'spotify/recently_played', 'requests/tracks') and loadedRows > 0
