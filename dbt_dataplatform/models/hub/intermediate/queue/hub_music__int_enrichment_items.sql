-- Every key of every provider with what is known of it: one row whichever artists or tracks it stands for.
{% set most_played = ['playCount', 'artistId'] -%}
with keyed as (
    select
        keys.provider, 'artist' as entity, keys.key, artists.artistId, artists.artistName,
        cast(null as string) as trackName, artists.mbid, artists.playCount, artists.discoveredAt
    from {{ ref('hub_music__int_enrichment_keys') }} as keys
    inner join {{ ref('hub_music__int_artists') }} as artists on artists.artistId = keys.artistId
    union all
    select
        lookups.provider, lookups.entity, lookups.key, 'name:' || {{ dbt.hash('creditKey') }} as artistId, artistName,
        trackName, cast(null as string) as mbid, playCount,
        greatest(firstPlayedAt, coalesce(firstImportedAt, firstPlayedAt)) as discoveredAt
    from {{ ref('hub_music__int_lookups') }} as lookups
    inner join {{ ref('hub_music__int_track_mentions') }} as mentions on mentions.mentionId = lookups.mentionId
    union all
    select
        policies.provider, policies.entity, ids.id as key, 'track:' || tracks.trackId as artistId, artistName, trackName,
        cast(null as string) as mbid, playCount, firstImportedAt as discoveredAt
    from {{ ref('lake_ops__stg_provider_policies') }} as policies
    inner join {{ ref('hub_music__svc_track_ids') }} as ids on ids.scheme = policies.keyedBy and ids.place = 1
    inner join {{ ref('hub_music__int_tracks_played') }} as tracks on tracks.trackId = ids.trackId
    where policies.entity = 'track'
),

items as (
    select
        provider, entity, key,
        {{ newest('artistId', by=most_played) }} as artistId,
        {{ newest('artistName', by=most_played) }} as artistName,
        {{ newest('trackName', by=most_played) }} as trackName,
        {{ newest('mbid', by=most_played) }} as mbid,
        cast(sum(playCount) as int64) as playCount,
        min(discoveredAt) as discoveredAt
    from keyed
    group by provider, entity, key
)

select
    items.*,
    states.enrichedAt, states.outcome, states.reason, states.answeredAt, states.attemptedAt,
    coalesce(states.status, 'pending') as status,
    coalesce(states.streak, 0) as streak,
    if(coalesce(states.never, false), null, coalesce(states.dueAt, items.discoveredAt)) as dueAt
from items
left join {{ ref('hub_music__int_enrichment_states') }} as states
    on states.provider = items.provider and states.entity = items.entity and states.key = items.key
