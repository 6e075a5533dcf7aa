-- How far asking about each track has come. A run that has not ended is at work on it, also a killed one until the next.
with latest as (
    select max(startedAt) as beganAt, max(if(starts_with(reason, 'did not finish'), startedAt, null)) as openSince
    from {{ source('ops', 'runs') }} where command in ('run', 'extract', 'demo', 'show --refresh')
),

counted as (
    select
        trackId, sum(found) as found, sum(open) as open, sum(failed) as failed, max(lastAttempt) as lastAttempt,
        max(retryCount) as retryCount,
        {{ newest('errorMessage', by=['lastAttempt', 'provider']) }} as errorMessage
    from {{ ref('hub_music__int_tracks_asked') }} group by trackId
),

enriched as (
    select trackId, {{ sorted_items('provider') }} as sources from {{ ref('hub_music__int_tracks_asked') }}
    where found > 0 group by trackId
),

states as (
    select
        tracks.trackId, counted.* except (trackId), coalesce(enriched.sources, []) as sourcesEnriched,
        case
            when lastAttempt is null then 'pending'
            when open > 0 and lastAttempt >= openSince and openSince = beganAt then 'in_progress'
            when found = 0 then 'failed'
            when open + failed > 0 then 'partial'
            else 'completed'
        end as status
    from {{ ref('hub_music__int_tracks_played') }} as tracks
    cross join latest
    left join counted on counted.trackId = tracks.trackId
    left join enriched on enriched.trackId = tracks.trackId
)

select
    trackId, status, sourcesEnriched, lastAttempt, coalesce(retryCount, 0) as retryCount, errorMessage,
    status = 'pending' or (status = 'failed' and retryCount < 3)
    or (status = 'partial' and lastAttempt < {{ after(now_utc(), -24, 'hour') }}) as due
from states
