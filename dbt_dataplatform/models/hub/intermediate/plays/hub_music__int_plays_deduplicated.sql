-- Every play, with whether another row tells of it better, and with its beginning where another row knows that better.
with pauses as (
    select * from {{ ref('hub_music__int_play_pauses') }}
),

copies as (
    select distinct playId from pauses
),

begun as (
    select richerId, min(startedAt) as startedAt from pauses
    group by richerId
)

select
    plays.* except (trackText, idText, mentionText, place, toTheMinute, startSecond, endSecond, startedAt, duplicate),
    coalesce(begun.startedAt, plays.startedAt) as startedAt,
    {{ dbt.hash('trackText') }} as namesId,
    {{ dbt.hash('mentionText') }} as mentionId,
    plays.duplicate or copies.playId is not null as duplicate
from {{ ref('hub_music__int_plays_compared') }} as plays
left join copies on copies.playId = plays.playId
left join begun on begun.richerId = plays.playId
