-- Of pages that are surely the artist's. Nothing is dropped here, only marked.
with told as (
    select pages.artistId, item.tag, item.weight, 'lastfm' as provider, false as isGenre, retrievedAt, confidence, lastfmUrl as evidence
    from {{ ref('hub_music__stg_lastfm_answers') }} as pages
    cross join unnest(pages.tags) as item
    union all
    select
        artists.artistId, item.tag, item.count, 'listenbrainz', coalesce(item.isGenre, false), pages.retrievedAt,
        artists.confidence, 'https://listenbrainz.org/artist/' || pages.mbid
    from {{ ref('lake_listenbrainz__svc_artist_metadata') }} as pages
    inner join {{ ref('hub_music__svc_artist_identities') }} as artists on artists.mbid = pages.mbid
    cross join unnest(pages.tags) as item
    union all
    select pages.artistId, item.name, null, 'wikidata', true, retrievedAt, 1e0, 'https://www.wikidata.org/wiki/' || wikidataId
    from {{ ref('lake_wikidata__svc_artist_facts') }} as pages
    cross join unnest(pages.genres) as item
    where not coalesce(ambiguous, false)
    union all
    select pages.artistId, item, null, 'spotify', true, enrichedAt, 1e0, pages.externalUrls.spotify
    from {{ ref('lake_spotify__svc_artist_enrichment') }} as pages
    cross join unnest(pages.genres) as item
)

select
    told.*,
    spellings.genre as canonicalGenre,
    isGenre or (spellings.genre is not null and {{ folded('told.tag') }} != coalesce({{ folded('artists.artistName') }}, '')) as kept
from told
left join {{ ref('hub_music__stg_genre_spellings') }} as spellings on spellings.spelling = {{ folded('told.tag') }}
left join {{ ref('hub_music__svc_artist_identities') }} as artists on artists.artistId = told.artistId
where told.tag is not null
qualify row_number() over (
    partition by told.artistId, provider, told.tag order by isGenre desc nulls last, told.weight desc nulls last
) = 1
