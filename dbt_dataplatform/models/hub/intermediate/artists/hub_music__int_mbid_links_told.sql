-- Spotify artists and MusicBrainz artists that MusicBrainz links, by the address at MusicBrainz or by the links at ListenBrainz.
{% set page = 'https://open.spotify.com/artist/' %}
with told as (
    select
        links.artistId,
        lower(coalesce(artist.mbid, links.mbid)) as mbid,
        artist.nameKey,
        'musicbrainz' as provider,
        'musicbrainz_url' as method,
        '{{ page }}' || links.artistId || ' https://musicbrainz.org/artist/' || lower(coalesce(artist.mbid, links.mbid)) as evidence,
        links.retrievedAt
    from {{ ref('lake_musicbrainz__svc_artist_links') }} as links
    left join unnest(links.artists) as artist on links.ambiguous or artist.mbid = links.mbid
    where coalesce(artist.mbid, links.mbid) is not null
    union all
    select
        substr(link.url, {{ page | length + 1 }}, 22) as artistId,
        lower(answers.mbid) as mbid,
        answers.artistKey as nameKey,
        'listenbrainz' as provider,
        'listenbrainz_link' as method,
        'https://listenbrainz.org/artist/' || lower(answers.mbid) as evidence,
        answers.retrievedAt
    from {{ ref('lake_listenbrainz__svc_artist_metadata') }} as answers
    cross join unnest(answers.links) as link
    where starts_with(link.url, '{{ page }}') and length(link.url) >= {{ page | length + 22 }}
)

select
    told.artistId,
    coalesce(redirects.canonicalMbid, told.mbid) as mbid,
    method,
    max(provider) as provider,
    max(nameKey) as nameKey,
    max(evidence) as evidence,
    max(retrievedAt) as retrievedAt
from told
left join {{ ref('hub_music__int_mbid_redirects') }} as redirects on redirects.mbid = told.mbid
group by told.artistId, coalesce(redirects.canonicalMbid, told.mbid), method
