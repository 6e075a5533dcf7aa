-- Whom the MusicBrainz id comes from differs by artist.
with answers as (
    select
        artists.artistId, artists.mbid, if(method = 'wikidata', 'wikidata', 'musicbrainz') as provider, confidence,
        evidence,
        if(method = 'wikidata', items.retrievedAt, links.retrievedAt) as retrievedAt
    from {{ ref('hub_music__svc_artist_identities') }} as artists
    left join {{ ref('lake_musicbrainz__svc_artist_links') }} as links on links.artistId = artists.artistId
    left join {{ ref('lake_wikidata__svc_artist_facts') }} as items on items.artistId = artists.artistId
),

facts as (
    {{ facts_of([('mbid', 'word', 'mbid')]) }}
)

select *
from facts
