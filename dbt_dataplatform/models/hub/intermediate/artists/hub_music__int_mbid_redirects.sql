-- MusicBrainz ids that were merged into others: ListenBrainz answers for them under the id that is left.
select
    lower(mbid) as mbid,
    max(lower(matchedMbid)) as canonicalMbid
from {{ ref('lake_listenbrainz__svc_artist_metadata') }}
where matchedMbid is not null
group by lower(mbid)
