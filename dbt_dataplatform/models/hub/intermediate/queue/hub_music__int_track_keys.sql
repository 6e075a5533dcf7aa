-- By what each provider is asked about each track: the id that stands first in its scheme.
select policies.provider, ids.trackId, ids.id as key
from {{ ref('hub_music__svc_track_ids') }} as ids
inner join {{ ref('lake_ops__stg_provider_policies') }} as policies
    on policies.entity = 'track' and policies.keyedBy = ids.scheme
where ids.place = 1
