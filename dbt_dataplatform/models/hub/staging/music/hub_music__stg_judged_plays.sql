-- Two sources tell of one play: the same track within a minute. The richer source is believed, the other row is its copy.
with seconds as (
    select plays.*, coalesce(sources.place, 99) as place, cast(floor({{ microseconds('startedAt') }} / 1000000) as int64) as startSecond
    from {{ ref('hub_music__stg_plays') }} as plays
    left join {{ ref('play_sources') }} as sources on sources.source = plays.source
),

placed as (
    select
        *,
        min(place) over (
            partition by trackId order by startSecond desc nulls last
            range between {{ var('same_play_seconds') }} preceding and {{ var('same_play_seconds') }} following
        ) as bestPlace
    from seconds
)

select
    * except (place, startSecond, bestPlace),
    place > bestPlace as duplicate
from placed
