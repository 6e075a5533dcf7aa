-- Every MusicBrainz id that anybody names for a Spotify artist, also those that are contradicted or were merged.
with claims as (
    select artistId, mbid
    from {{ ref('hub_music__int_mbid_links_told') }}
    union all
    select items.artistId, lower(claimed) as mbid
    from {{ ref('lake_wikidata__svc_artist_facts') }} as items
    cross join unnest(items.mbids) as claimed
    where not coalesce(items.ambiguous, false)
)

select distinct artistId, mbid
from claims
