-- Whether the Wikidata item with an artist's Spotify id is that artist's: its name or MusicBrainz has to agree. Of an item
-- that is called otherwise nothing counts; one that is called the same and names another MusicBrainz artist is disputed.
-- A person's word ends the matter.
with witnesses as (
    select
        artistId,
        count(if(witness = 'same_mbid', 1, null)) > 0 as sameMbid,
        count(if(witness = 'same_name', 1, null)) > 0 as sameName,
        count(if(witness in ('linked', 'mbid_of_another'), 1, null)) > 0 as otherMbid
    from {{ ref('hub_music__int_wikidata_witnesses') }}
    group by artistId
),

claims as (
    select artistId, if(count(*) = 1, max(mbid), null) as mbid
    from {{ ref('hub_music__int_wikidata_claims') }}
    group by artistId
)

select
    items.artistId,
    items.wikidataId,
    claims.mbid,
    items.retrievedAt,
    case
        when items.ambiguous then 'several_items'
        when settled.id != items.wikidataId then 'other_item'
        when settled.id is not null then 'accepted'
        when witnesses.sameMbid then 'accepted'
        when items.artistKey is not null and not coalesce(witnesses.sameName, false) then 'other_name'
        when witnesses.otherMbid then 'other_mbid'
        when witnesses.sameName then 'accepted'
        else 'no_name'
    end as verdict
from {{ ref('lake_wikidata__svc_artist_facts') }} as items
left join witnesses on witnesses.artistId = items.artistId
left join claims on claims.artistId = items.artistId
left join {{ ref('lake_manual__stg_identities') }} as settled
    on settled.artistId = items.artistId and settled.scheme = 'wikidataId'
