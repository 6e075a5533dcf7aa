-- The MusicBrainz ids on the only Wikidata item with an artist's Spotify id, merged ones as what they were merged into.
select distinct
    items.artistId,
    items.wikidataId,
    coalesce(redirects.canonicalMbid, lower(claimed)) as mbid
from {{ ref('lake_wikidata__svc_artist_facts') }} as items
cross join unnest(items.mbids) as claimed
left join {{ ref('hub_music__int_mbid_redirects') }} as redirects on redirects.mbid = lower(claimed)
where items.wikidataId is not null and not coalesce(items.ambiguous, false)
