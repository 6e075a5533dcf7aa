-- Plays that two sources date differently; the poorer row is a copy unless its source has one that fits better. A source
-- that tells ends and listening time knows only the latest beginning: whoever paused began earlier, but after what that
-- source tells before. And some of Spotify's apps tell the beginning in place of the end.
with plays as (
    select
        *,
        lag(endSecond) over (partition by source order by endSecond nulls last, playId nulls last) as idleSince,
        lead(startSecond) over own as ownStart,
        lead(endSecond) over own as ownEnd
    from {{ ref('hub_music__int_plays_compared') }}
    window own as (
        partition by source, trackText order by startSecond nulls last, endSecond nulls last, playId nulls last
    )
),

pairs as (
    select
        *,
        lead(playId) over onwards as nextId,
        lead(place) over onwards as nextPlace,
        lead(startSecond) over onwards as nextStart,
        lead(endSecond) over onwards as nextEnd,
        lead(idleSince) over onwards as nextIdle,
        if(endSecond is null, startedAt, lead(startedAt) over onwards) as began
    from plays
    where not duplicate
    window onwards as (partition by trackText order by startSecond nulls last, place desc nulls last, playId nulls last)
)

select if(place > nextPlace, playId, nextId) as playId, if(place > nextPlace, nextId, playId) as richerId, began as startedAt
from pairs
where
    place != nextPlace
    and coalesce(abs(ownStart - nextStart) > {{ var('same_play_seconds') }}, true)
    and coalesce(abs(ownEnd - nextEnd) > {{ var('same_play_seconds') }}, true) and (
        (source = 'spotify_recently_played' and abs(endSecond - nextStart) <= 1) or (
            endSecond is null and nextEnd is not null and nextStart - startSecond <= {{ var('longest_pause_seconds') }}
            and coalesce(nextIdle, startSecond) - {{ var('same_play_seconds') }} <= startSecond
        )
    )
