-- The Wikidata items that are surely the artist's. What hangs on a disputed id is withheld with it.
select
    answers.*,
    1e0 as confidence
from {{ ref('lake_wikidata__svc_artist_facts') }} as answers
inner join {{ ref('hub_music__int_wikidata_items') }} as items on items.artistId = answers.artistId
where items.verdict = 'accepted'
