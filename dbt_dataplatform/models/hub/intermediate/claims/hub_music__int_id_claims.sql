-- Every claim that an id is an artist's, with what speaks against it by itself.
select
    artistId, 'mbid' as scheme, mbid as id, provider, method, confidence, evidence, retrievedAt, objection
from {{ ref('hub_music__int_claims_of_mbids') }}
union all
select artistId, scheme, id, provider, method, confidence, evidence, retrievedAt, objection
from {{ ref('hub_music__int_claims_of_ids') }}
union all
select
    artistId, 'lastfmUrl' as scheme, lastfmUrl as id, 'lastfm' as provider, method, confidence, lastfmUrl as evidence,
    retrievedAt, objection
from {{ ref('hub_music__int_claims_of_pages') }}
union all
select
    artistId, scheme, id, 'manual' as provider, 'manual' as method, 1e0 as confidence, note as evidence,
    setAt as retrievedAt, null as objection
from {{ ref('lake_manual__stg_identities') }}
where scheme != 'mbid'
union all
select
    artistId, 'spotifyId' as scheme, spotifyId as id, 'spotify' as provider, 'spotify_id' as method, 1e0 as confidence,
    'https://open.spotify.com/artist/' || spotifyId as evidence, null as retrievedAt, null as objection
from {{ ref('hub_music__int_artists') }}
where spotifyId is not null
