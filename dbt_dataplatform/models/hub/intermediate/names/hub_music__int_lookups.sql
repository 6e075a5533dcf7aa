-- The questions that tell who is credited on a track, and what became of them: of every address without artists' ids whose
-- it is; where that leads nowhere, or there is none, who the names of track and artist mean together.
with mentions as (select * from {{ ref('hub_music__int_track_mentions') }}),

policies as (select * from {{ ref('lake_ops__stg_provider_policies') }} where keyedBy in ('trackId', 'names')),

identified as (select distinct namesId from {{ ref('hub_music__int_credits_by_id') }}),

asked as (
    select
        policies.provider, policies.entity, policies.enabled, answers.key,
        answers.enrichedAt is not null as found,
        answers.enrichedAt is null and coalesce(answers.missOutcome, '') = 'not_found' as gone
    from policies
    left join {{ ref('hub_music__int_enrichment_answers') }} as answers
        on answers.provider = policies.provider and answers.entity = policies.entity
),

questions as (
    select mentionId, 'track' as entity, spotifyTrackId as key
    from mentions
    where credited is null and spotifyTrackId is not null
    union all
    select mentions.mentionId, 'recording' as entity, mentions.namesId as key
    from mentions
    left join identified on identified.namesId = mentions.namesId
    left join asked on asked.entity = 'track' and asked.key = mentions.spotifyTrackId and (asked.found or asked.gone)
    left join policies on policies.entity = 'track' and policies.enabled
    where
        identified.namesId is null and mbids is null and trackName is not null and not nobodys
        and (spotifyTrackId is null or asked.key is not null or policies.provider is null)
)

select
    questions.*, policies.provider, policies.enabled,
    coalesce(asked.found, false) as found, coalesce(asked.gone, false) as gone
from questions
inner join policies on policies.entity = questions.entity
left join asked on asked.provider = policies.provider and asked.key = questions.key
