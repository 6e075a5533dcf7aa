-- << header >>
-- An answer is about the tracks whose id it was asked by, unless a model of its own says which of them it is about.
with told as (
<% for each in providers %>
<% if each.about.model %>
    select trackId, '<< each.name >>' as provider, key, retrievedAt, confidence, evidence, 1 as place
    from {{ ref('<< each.about.model >>') }}
<% else %>
    select
        ids.trackId,
        '<< each.name >>' as provider,
        answers.<< each.key >> as key,
        answers.<< each.instant >> as retrievedAt,
        ids.confidence,
        << each.evidence >> as evidence,
        ids.place
    from {{ ref('<< each.service >>') }} as answers
    inner join {{ ref('hub_music__svc_track_ids') }} as ids on ids.scheme = '<< each.scheme >>' and ids.id = answers.<< each.key >>
<% if each.about.unless %>
    where not coalesce(answers.<< each.about.unless >>, false)
<% endif %>
<% endif %>
<% if not loop.last %>
    union all
<% endif %>
<% endfor %>
)

select trackId, provider, key, retrievedAt, confidence, evidence
from told
qualify row_number() over (partition by trackId, provider order by place nulls last, key nulls last) = 1
