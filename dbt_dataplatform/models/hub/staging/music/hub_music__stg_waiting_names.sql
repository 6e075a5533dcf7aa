-- Names whose id may still come.
select 'name:' || nameHash as artistId
from {{ ref('hub_music__stg_name_resolutions') }}
where why = 'waiting'
