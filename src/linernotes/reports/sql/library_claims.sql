-- The claims of ids, the most played artists first; with $disputed only where no id counts and one can be set by hand.
with claims as (
    select *, max(if(counts, 1, 0)) over (partition by artistId, scheme) = 1 as settled
    from {hub}.hub_music__svc_artist_id_claims
)

select
    artists.artistName,
    claims.artistId,
    claims.scheme,
    claims.id,
    claims.provider,
    claims.reason,
    claims.counts,
    artists.playCount as plays,
    claims.method,
    claims.confidence,
    claims.evidence,
    claims.retrievedAt
from claims
inner join {hub}.hub_music__svc_dim_artists as artists on artists.artistId = claims.artistId
where not $disputed or (not claims.settled and claims.scheme not in ('spotifyId', 'lastfmUrl'))
order by
    plays desc, claims.artistId, claims.scheme, claims.counts desc, claims.confidence desc nulls last, claims.provider,
    claims.id, claims.method
