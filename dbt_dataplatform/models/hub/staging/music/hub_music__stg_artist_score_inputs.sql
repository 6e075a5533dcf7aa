-- Where each number stands between the lowest and the highest that its weight tells of.
select
    winners.artistId,
    weights.scoreVersion,
    winners.field,
    weights.side,
    weights.weight,
    round(100 * least(greatest(if(
        weights.scale = 'log',
        ln(greatest(winners.number, weights.lowest) / weights.lowest) / ln(weights.highest / weights.lowest),
        (winners.number - weights.lowest) / (weights.highest - weights.lowest)
    ), 0e0), 1e0), 3) as points
from {{ ref('hub_music__stg_artist_winners') }} as winners
inner join {{ ref('score_weights') }} as weights on weights.field = winners.field
where winners.number is not null and weights.scoreVersion = {{ var('score_version') }}
