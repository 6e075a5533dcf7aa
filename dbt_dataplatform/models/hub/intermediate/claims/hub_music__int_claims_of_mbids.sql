-- Who says which MusicBrainz id is an artist's, with what speaks against each claim by itself.
with wikidata as (
    select artistId, 'https://www.wikidata.org/wiki/' || wikidataId as evidence, retrievedAt
    from {{ ref('lake_wikidata__svc_artist_facts') }}
),

told as (
    select
        artistId, mbid, provider, method, if(method = 'listenbrainz_link', 0.8e0, 1e0) as confidence, evidence, retrievedAt,
        cast(null as string) as objection
    from {{ ref('hub_music__int_mbid_links_told') }}
    union all
    select artistId, mbid, provider, method, 1e0 as confidence, evidence, retrievedAt, null as objection
    from {{ ref('hub_music__int_mbid_links') }} where method = 'manual'
    union all
    select
        claims.artistId, claims.mbid, 'wikidata' as provider, 'wikidata' as method, 0.9e0 as confidence, wikidata.evidence,
        wikidata.retrievedAt,
        if(count(*) over (partition by claims.artistId) > 1, 'the Wikidata item has several', null) as objection
    from {{ ref('hub_music__int_wikidata_claims') }} as claims inner join wikidata on wikidata.artistId = claims.artistId
    union all
    select
        claims.artistId, claims.mbid, 'wikidata' as provider, 'merged_mbid' as method, 0.9e0 as confidence,
        wikidata.evidence, wikidata.retrievedAt, 'merged into ' || redirects.canonicalMbid as objection
    from {{ ref('hub_music__int_mbids_claimed') }} as claims
    inner join {{ ref('hub_music__int_mbid_redirects') }} as redirects on redirects.mbid = claims.mbid
    inner join wikidata on wikidata.artistId = claims.artistId
    union all
    select artistId, mbid, provider, method, confidence, evidence, toldAt as retrievedAt, null as objection
    from {{ ref('hub_music__int_artists') }} where spotifyId is null and mbid is not null and method != 'manual'
)

select
    told.artistId, told.mbid, told.provider, told.method, told.confidence, told.evidence, told.retrievedAt,
    if(provider = 'wikidata', coalesce(told.objection, doubts.objection), null) as objection
from told
left join {{ ref('hub_music__int_wikidata_objections') }} as doubts on doubts.artistId = told.artistId
