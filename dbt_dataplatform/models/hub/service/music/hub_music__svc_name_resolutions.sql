select artistKey, artistName, artistId, method, confidence, evidence, playCount, msPlayed
from {{ ref('hub_music__stg_name_resolutions') }}
