-- A side that nobody knows is taken to be like the other one: no surprise, so neither a bonus nor a penalty.
with sides as (
    select
        artistId,
        sum(if(side = 'reach', points * weight, null)) / sum(if(side = 'reach', weight, null)) as reach,
        sum(if(side = 'fame', points * weight, null)) / sum(if(side = 'fame', weight, null)) as fame,
        string_agg(field, ',') as fields
    from {{ ref('hub_music__int_score_inputs') }}
    group by artistId
)

select
    artists.artistId,
    round(coalesce(reach, fame) * (100 - coalesce(fame, reach)) / 100, 1) as opportunityScore,
    round(reach, 1) as reach,
    round(fame, 1) as fame,
    cast({{ var('score_version') }} as int64) as scoreVersion,
    if(fields is null, [], array(select field from unnest(split(fields, ',')) as field order by field nulls last)) as scoreInputs
from {{ ref('hub_music__svc_dim_artists') }} as artists
left join sides on sides.artistId = artists.artistId
