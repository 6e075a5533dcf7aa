-- Names whose id may still come: by a track, or from the links of the artist whose MusicBrainz id is known.
select 'name:' || nameHash as artistId
from {{ ref('hub_music__stg_name_resolutions') }}
where why = 'waiting'
union all
select names.artistId
from {{ ref('hub_music__stg_name_mbids') }} as names
inner join {{ ref('hub_music__stg_name_resolutions') }} as resolved on resolved.artistKey = names.artistKey
inner join {{ ref('lake_ops__stg_provider_policies') }} as policies on policies.provider = 'listenbrainz' and policies.enabled
left join {{ ref('hub_music__stg_enrichment_answers') }} as answers
    on answers.provider = policies.provider and answers.entity = policies.entity and answers.key = names.mbid
where answers.key is null and coalesce(resolved.why, '') != 'waiting'
