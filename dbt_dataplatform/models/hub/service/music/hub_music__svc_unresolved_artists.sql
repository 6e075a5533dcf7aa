select 'name:' || {{ dbt.hash('nameKey') }} as artistId, artistName, playCount, msPlayed, why
from {{ ref('hub_music__int_names_unresolved') }}
