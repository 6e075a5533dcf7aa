-- What has not ended stands first in its lists, so the first one decides.
with firsts as (
    select
        *, {{ item('countries', 1) }}.name as country, {{ item('labels', 1) }} as label, {{ item('management', 1) }} as manager
    from {{ ref('lake_wikidata__svc_artist_facts') }}
    where not coalesce(ambiguous, false)
),

answers as (
    select
        artistId, country, retrievedAt, 'wikidata' as provider, 1e0 as confidence, 'https://www.wikidata.org/wiki/' || wikidataId as evidence,
        if(coalesce(label.ended, false), null, label.name) as principalLabel,
        if(coalesce(manager.ended, false), null, manager.name) as management
    from firsts
),

facts as (
    {{ facts_of([
        ('country', 'word', 'country'),
        ('principalLabel', 'word', 'principalLabel'),
        ('management', 'word', 'management'),
    ]) }}
)

select *
from facts
