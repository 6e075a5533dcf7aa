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
    artists.* except (nameOnly, waiting, playCount, discoveredAt),
    ids.wikidataId,
    ids.discogsId,
    ids.deezerId,
    if({{ lastfm_confidence('lastfm', 'artists') }} is null, null, lastfm.lastfmUrl) as lastfmUrl
from {{ ref('hub_music__stg_artist_identities') }} as artists
left join ids on ids.artistId = artists.artistId
left join {{ ref('lake_lastfm__stg_artist_info') }} as lastfm on lastfm.artistId = artists.artistId
