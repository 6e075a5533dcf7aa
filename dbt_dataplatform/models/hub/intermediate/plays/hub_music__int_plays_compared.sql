-- Two sources tell of one play: the same track, begun or ended within a minute. The richer source is believed, the other
-- row is its copy. Ends are compared too because not every source tells how much of the track was played. Within one
-- source a play of equal length that begins before the last one ended is that play again, and so is one of the same moment.
with compared as (
    select
        *,
        min(place) over (
            partition by trackText order by startSecond desc nulls last
            range between {{ var('same_play_seconds') }} preceding and {{ var('same_play_seconds') }} following
        ) as bestBegun,
        min(if(endSecond is null, 99, place)) over (
            partition by trackText order by endSecond desc nulls last
            range between {{ var('same_play_seconds') }} preceding and {{ var('same_play_seconds') }} following
        ) as bestEnded,
        lag(endSecond) over (
            partition by source, trackText, msPlayed order by startSecond nulls last, playId nulls last
        ) as endedBefore,
        row_number() over (
            partition by source, trackText, if(toTheMinute, msPlayed, null), startSecond
            order by msPlayed desc nulls last, length(trackName || artistName) desc nulls last, playId nulls last
        ) as nthBegun,
        row_number() over (
            partition by source, trackText, if(toTheMinute, msPlayed, null), endSecond
            order by msPlayed desc nulls last, length(trackName || artistName) desc nulls last, playId nulls last
        ) as nthEnded
    from {{ ref('hub_music__int_plays_placed') }}
)

select
    plays.* except (bestBegun, bestEnded, endedBefore, nthBegun, nthEnded),
    trackText || ' ' || idText as mentionText,
    place > least(bestBegun, bestEnded) or twins.playId is not null or nthBegun > 1 or (nthEnded > 1 and endSecond is not null)
    or coalesce(msPlayed > 0 and startSecond < endedBefore, false) as duplicate
from compared as plays
left join {{ ref('hub_music__int_play_twins') }} as twins on twins.playId = plays.playId
