-- Whom the MusicBrainz id comes from differs by artist.
with answers as (
    select
        artists.artistId, artists.mbid, artists.confidence, artists.evidence,
        {{ teller_of('artists.method') }} as provider,
        case
            when artists.method = 'wikidata' then items.retrievedAt
            when starts_with(artists.method, 'listenbrainz') then names.toldAt
            else links.retrievedAt
        end as retrievedAt
    from {{ ref('hub_music__svc_artist_identities') }} as artists
    left join {{ ref('lake_musicbrainz__svc_artist_links') }} as links on links.artistId = artists.artistId
    left join {{ ref('lake_wikidata__svc_artist_facts') }} as items on items.artistId = artists.artistId
    left join {{ ref('hub_music__stg_name_mbids') }} as names on names.artistId = artists.artistId
),

facts as (
    {{ values_of('answers', [('mbid', 'word')]) }}
)

select *
from facts
