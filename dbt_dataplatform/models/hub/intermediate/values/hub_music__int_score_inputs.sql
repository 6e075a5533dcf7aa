-- Where each number stands between the lowest and the highest that its weight tells of.
select
    facts.artistId,
    weights.scoreVersion,
    facts.field,
    weights.side,
    weights.weight,
    round(100 * least(greatest(if(
        weights.scale = 'log',
        ln(greatest(facts.number, weights.lowest) / weights.lowest) / ln(weights.highest / weights.lowest),
        (facts.number - weights.lowest) / (weights.highest - weights.lowest)
    ), 0e0), 1e0), 3) as points
from {{ ref('hub_music__svc_artist_facts') }} as facts
inner join {{ ref('score_weights') }} as weights on weights.field = facts.field
where facts.counts and facts.number is not null and weights.scoreVersion = {{ var('score_version') }}
