-- Who says which id of a further scheme is an artist's, with what speaks against each claim by itself.
with artists as (select * from {{ ref('hub_music__int_artists') }}),

claims as (select * from {{ ref('hub_music__int_ids_claimed') }}),

mbids as (
    select artistId, mbid from {{ ref('hub_music__int_mbids_claimed') }}
    union all
    select artistId, mbid from artists where mbid is not null
),

told as (
    select artists.artistId, scheme, id, 'spotify_id' as method, claims.* except (askedBy, asked, scheme, id), false as elsewhere
    from claims inner join artists on artists.spotifyId = claims.asked
    where askedBy = 'artistId'
    union all
    select
        artistId, 'wikidataId' as scheme, item as id, 'spotify_id' as method, 1e0 as confidence,
        'https://www.wikidata.org/wiki/' || item as evidence, 'wikidata' as provider, retrievedAt, false as elsewhere
    from {{ ref('lake_wikidata__svc_artist_facts') }} as facts cross join unnest(facts.wikidataIds) as item
    where facts.ambiguous
    union all
    select
        artists.artistId, scheme, id, 'mbid' as method, claims.* except (askedBy, asked, scheme, id),
        mbids.mbid != coalesce(artists.mbid, '') as elsewhere
    from claims inner join (select distinct artistId, mbid from mbids) as mbids on mbids.mbid = claims.asked
    inner join artists on artists.artistId = mbids.artistId
    where askedBy = 'mbid'
)

select
    told.* except (elsewhere),
    case
        when elsewhere then 'found by a MusicBrainz id that does not count'
        when provider = 'wikidata' and doubts.objection is not null then doubts.objection
        when count(*) over (partition by told.artistId, scheme, method, provider, elsewhere) > 1 then 'the answer has several'
    end as objection
from told
left join {{ ref('hub_music__int_wikidata_objections') }} as doubts on doubts.artistId = told.artistId
qualify row_number() over (partition by told.artistId, scheme, id, provider, method order by elsewhere nulls last, evidence nulls last) = 1
