-- << header >>
with told as (
<% for each in providers %>
    select
        about.artistId,
        neighbour.<< each.neighbours.name >> as name,
        << "'" ~ each.neighbours.scheme ~ "'" if each.neighbours.scheme else 'cast(null as string)' >> as scheme,
        << 'neighbour.' ~ each.neighbours.id if each.neighbours.id else 'cast(null as string)' >> as id,
        << 'neighbour.' ~ each.neighbours.weight ~ ' * 1e0' if each.neighbours.weight else 'if(true, null, 1e0)' >> as weight,
        about.provider,
        about.retrievedAt
    from {{ ref('hub_music__int_artist_pages') }} as about
    inner join {{ ref('<< each.service >>') }} as answers on answers.<< each.key >> = about.key
    cross join unnest(answers.<< each.neighbours.column >>) as neighbour
    where about.provider = '<< each.name >>'
<% if not loop.last %>
    union all
<% endif %>
<% endfor %>
)

select artistId, name, scheme, id, weight, provider, retrievedAt
from told
where name is not null
qualify row_number() over (partition by artistId, provider, name order by weight desc nulls last, id nulls last) = 1
