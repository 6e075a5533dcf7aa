-- << header >>
<% for each in providers %>
select
    << 'answers' if each.direct else 'artists' >>.artistId,
    '<< each.name >>' as provider,
    answers.<< each.key >> as key,
    answers.<< each.about.page or each.key >> as page,
    answers.<< each.instant >> as retrievedAt,
    << 'answers.confidence' if each.about.model else '1e0' if each.direct else 'artists.confidence' >> as confidence,
    << each.evidence >> as evidence
from {{ ref('<< each.about.model or each.service >>') }} as answers
<% if not each.direct %>
inner join {{ ref('hub_music__svc_artist_ids') }} as artists on artists.scheme = '<< each.keyed_by >>' and artists.id = answers.<< each.key >>
<% endif %>
<% if each.about.same_name %>
inner join {{ ref('hub_music__svc_artist_identities') }} as names on names.artistId = << 'answers' if each.direct else 'artists' >>.artistId
<% endif %>
<% if each.about.unless and not each.about.model %>
where not coalesce(answers.<< each.about.unless >>, false)
<% endif %>
<% if each.about.same_name %>
<< 'and' if each.about.unless else 'where' >> {{ name_key('answers.<< each.about.same_name >>') }} = {{ name_key('names.artistName') }}
<% endif %>
<% if not loop.last %>
union all
<% endif %>
<% endfor %>
