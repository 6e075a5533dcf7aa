-- Two sources tell of one play: the same track, begun or ended within a minute. The richer source is believed, the other
-- row is its copy. Ends are compared too because not every source tells how much of the track was played.
with seconds as (
    select
        plays.*, coalesce(sources.place, 99) as place, cast(floor({{ microseconds('startedAt') }} / 1000000) as int64) as startSecond,
        cast(floor({{ microseconds('endedAt') }} / 1000000) as int64) as endSecond
    from {{ ref('hub_music__stg_plays') }} as plays
    left join {{ ref('play_sources') }} as sources on sources.source = plays.source
),

placed as (
    select
        *,
        min(place) over (
            partition by trackId order by startSecond desc nulls last
            range between {{ var('same_play_seconds') }} preceding and {{ var('same_play_seconds') }} following
        ) as bestBegun,
        min(if(endSecond is null, 99, place)) over (
            partition by trackId order by endSecond desc nulls last
            range between {{ var('same_play_seconds') }} preceding and {{ var('same_play_seconds') }} following
        ) as bestEnded
    from seconds
)

select
    * except (place, startSecond, endSecond, bestBegun, bestEnded),
    place > least(bestBegun, bestEnded) as duplicate
from placed
