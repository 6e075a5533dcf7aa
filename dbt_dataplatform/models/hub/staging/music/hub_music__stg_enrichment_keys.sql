-- Reads staging, so that a provider can be asked by an id as soon as another one has told it. An artist of whom only the
-- name is known is asked for by name alone, and not before it is settled that no id will come.
with asked_before as (  -- a refusal told nothing, so waiting goes on
    select distinct provider, entity, key as artistId from {{ ref('lake_ops__stg_attempts') }} where not throttled
),

policies as (  -- for providers that are not asked nobody waits
    select policies.provider, policies.entity, policies.keyedBy, if(others.enabled, policies.waitsFor, null) as waitsFor
    from {{ ref('lake_ops__stg_provider_policies') }} as policies
    left join {{ ref('lake_ops__stg_provider_policies') }} as others
        on others.provider = policies.waitsFor and others.entity = policies.entity
    where policies.entity = 'artist'
),

keyed as (
    select
        policies.provider, policies.entity, artists.artistId, artistName, mbid, playCount, discoveredAt,
        case
            when policies.keyedBy = 'mbid' then mbid
            when waiting then null
            when policies.keyedBy = 'artistId' then if(nameOnly, null, artists.artistId)
            when policies.keyedBy = 'name' then if(coalesce(artistName, mbid) is null, null, artists.artistId)
            else coalesce(own.id, linked.id)
        end as key
    from {{ ref('hub_music__stg_artist_identities') }} as artists
    cross join policies
    left join {{ ref('hub_music__stg_told_ids') }} as own
        on own.scheme = policies.keyedBy and own.askedBy = 'artistId' and own.asked = artists.artistId
    left join {{ ref('hub_music__stg_told_ids') }} as linked
        on linked.scheme = policies.keyedBy and linked.askedBy = 'mbid' and linked.asked = artists.mbid
    left join asked_before as first
        on first.provider = policies.waitsFor and first.entity = policies.entity and first.artistId = artists.artistId
    where policies.waitsFor is null or first.artistId is not null or nameOnly
)
{% set most_played = ['playCount', 'artistId'] %}
select
    provider, entity, key, max(artistId) as artistId, {{ newest('artistName', by=most_played) }} as artistName,
    cast(null as string) as trackName,
    {{ newest('mbid', by=most_played) }} as mbid, cast(sum(playCount) as int64) as playCount, min(discoveredAt) as discoveredAt
from keyed where key is not null group by provider, entity, key
