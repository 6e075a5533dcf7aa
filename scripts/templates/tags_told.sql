-- << header >>
with told as (
<% for each in providers %>
    select
        about.artistId,
        << 'item.' ~ each.tags.tag if each.tags.tag else 'item' >> as tag,
        << 'item.' ~ each.tag_key if each.tag_key else 'cast(null as string)' >> as tagKey,
        << 'item.' ~ each.tags.weight if each.tags.weight else 'cast(null as int64)' >> as weight,
        about.provider,
        << each.is_genre >> as isGenre,
        about.retrievedAt,
        about.confidence,
        about.evidence
    from {{ ref('hub_music__int_artist_pages') }} as about
    inner join {{ ref('<< each.service >>') }} as answers on answers.<< each.key >> = about.key
    cross join unnest(answers.<< each.tags.column >>) as item
    where about.provider = '<< each.name >>'
<% if not loop.last %>
    union all
<% endif %>
<% endfor %>
)

select artistId, tag, tagKey, weight, provider, isGenre, retrievedAt, confidence, evidence
from told
where tag is not null
qualify row_number() over (
    partition by artistId, provider, tag order by isGenre desc nulls last, weight desc nulls last
) = 1
