-- A field that is not watched could go dark unseen. Genres are made of tags and mbids are judged from several answers:
-- what these are made of is watched.
select distinct facts.provider, facts.field
from {{ ref('hub_music__svc_artist_facts') }} as facts
left join {{ ref('hub_music__svc_field_coverage') }} as coverage
    on coverage.provider = facts.provider and coverage.field = facts.field
where coverage.field is null and facts.field not in ('genres', 'mbid')
