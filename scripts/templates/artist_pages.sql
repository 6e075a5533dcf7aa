-- << header >>
-- Answers of artists whom nothing points to any more are left out.
<% for each in providers %>
select
    artists.artistId,
    '<< each.name >>' as provider,
    answers.<< each.key >> as key,
    answers.<< each.about.page or each.key >> as page,
    answers.<< each.instant >> as retrievedAt,
    << 'answers.confidence' if each.about.model else '1e0' if each.direct else 'artists.confidence' >> as confidence,
    << each.evidence >> as evidence
from {{ ref('<< each.about.model or each.service >>') }} as answers
<% if each.direct %>
inner join {{ ref('hub_music__int_artists') }} as artists on artists.artistId = answers.<< each.key >>
<% else %>
inner join {{ ref('hub_music__svc_artist_ids') }} as artists on artists.scheme = '<< each.keyed_by >>' and artists.id = answers.<< each.key >>
<% endif %>
<% if each.about.same_name %>
inner join {{ ref('hub_music__int_artists') }} as names on names.artistId = artists.artistId
<% endif %>
<% if each.about.unless and not each.about.model %>
where not coalesce(answers.<< each.about.unless >>, false)
<% endif %>
<% if each.about.same_name %>
<< 'and' if each.about.unless else 'where' >> answers.<< each.same_name_key >> = names.nameKey
<% endif %>
<% if not loop.last %>
union all
<% endif %>
<% endfor %>
