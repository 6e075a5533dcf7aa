-- Whose word counts for a field stands in a seed; for one that is not there, the surest and then the newest.
select facts.*
from {{ ref('hub_music__svc_artist_facts') }} as facts
left join {{ ref('field_precedence') }} as precedence
    on precedence.field = facts.field and precedence.provider = facts.provider
qualify row_number() over (
    partition by artistId, facts.field
    order by place nulls last, confidence desc nulls last, retrievedAt desc nulls last, facts.provider nulls last
) = 1
