-- Who says which MusicBrainz artist a Spotify artist is. Where several say so the surest stands for all, and where a
-- person says so nobody else is heard.
select
    artistId,
    mbid,
    provider,
    method,
    if(method = 'listenbrainz_link', 0.8e0, 1e0) as confidence,
    evidence,
    retrievedAt
from {{ ref('hub_music__int_mbid_links') }}
union all
select
    items.artistId,
    items.mbid,
    'wikidata' as provider,
    'wikidata' as method,
    0.9e0 as confidence,
    'https://www.wikidata.org/wiki/' || items.wikidataId as evidence,
    items.retrievedAt
from {{ ref('hub_music__int_wikidata_items') }} as items
left join {{ ref('lake_manual__stg_identities') }} as settled
    on settled.artistId = items.artistId and settled.scheme = 'mbid'
where items.mbid is not null and items.verdict in ('accepted', 'other_mbid') and settled.artistId is null
