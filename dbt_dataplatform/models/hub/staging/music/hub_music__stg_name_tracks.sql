-- The tracks by which a name can be found: the most played ones, and what whoever is asked about them has said.
select
    tracks.*,
    policies.provider,
    policies.enabled,
    answers.enrichedAt is not null as found,
    answers.enrichedAt is null and coalesce(answers.missOutcome, '') = 'not_found' as gone
from {{ ref('hub_music__stg_name_candidates') }} as tracks
inner join {{ ref('lake_ops__stg_provider_policies') }} as policies on policies.entity = tracks.entity
left join {{ ref('hub_music__stg_enrichment_answers') }} as answers
    on answers.provider = policies.provider and answers.entity = tracks.entity and answers.key = tracks.key
