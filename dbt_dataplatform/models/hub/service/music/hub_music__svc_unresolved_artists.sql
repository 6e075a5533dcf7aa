select 'name:' || nameHash as artistId, artistName, playCount, msPlayed, why
from {{ ref('hub_music__stg_name_resolutions') }}
where artistId is null
