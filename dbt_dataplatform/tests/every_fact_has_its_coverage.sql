-- A field that is not watched could go dark unseen. Last.fm's genres are made of its tags, which are; lookups by names are
-- about tracks.
select distinct facts.provider, facts.field
from {{ ref('hub_music__svc_artist_facts') }} as facts
left join {{ ref('hub_music__svc_field_coverage') }} as coverage
    on coverage.provider = facts.provider and coverage.field = facts.field
where
    coverage.field is null
    and not (facts.provider = 'lastfm' and facts.field = 'genres') and not (facts.provider = 'listenbrainz_lookup' and facts.field = 'mbid')
