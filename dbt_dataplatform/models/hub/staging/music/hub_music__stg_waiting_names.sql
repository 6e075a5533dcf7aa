-- Names whose id may still come, as long as somebody is asked for it.
select 'name:' || names.nameHash as artistId
from {{ ref('hub_music__stg_name_resolutions') }} as names
inner join {{ ref('lake_ops__stg_provider_policies') }} as policies on policies.entity = 'track' and policies.enabled
where names.why = 'waiting'
