with ids as (  -- the schemes that have columns of their own; all others are in hub_music__svc_artist_ids alone
    select
        artistId,
        max(if(scheme = 'wikidataId', id, null)) as wikidataId,
        max(if(scheme = 'discogsId', id, null)) as discogsId,
        max(if(scheme = 'deezerId', id, null)) as deezerId
    from {{ ref('hub_music__svc_artist_ids') }}
    group by artistId
)

select
    artists.artistId,
    artists.spotifyId,
    artists.artistName,
    artists.mbid,
    if(artists.mbid is null, null, artists.method) as method,
    if(artists.mbid is null, null, artists.confidence) as confidence,
    artists.evidence,
    artists.ambiguity is not null as ambiguous,
    artists.ambiguity,
    ids.wikidataId,
    ids.discogsId,
    ids.deezerId,
    pages.lastfmUrl
from {{ ref('hub_music__int_artists') }} as artists
left join ids on ids.artistId = artists.artistId
left join {{ ref('hub_music__int_lastfm_pages') }} as pages on pages.artistId = artists.artistId
