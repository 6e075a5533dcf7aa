-- Every play, with whether another row tells of it better, and with its beginning where another row knows that better.
with placed as (
    select *, trackText || ' ' || idText as mentionText
    from {{ ref('hub_music__int_plays_placed') }}
),

pauses as (
    select * from {{ ref('hub_music__int_play_pauses') }}
),

copies as (
    select playId from pauses
    union all
    select playId from {{ ref('hub_music__int_play_hours') }}
),

copied as (
    select distinct playId from copies
),

begun as (
    select richerId, min(startedAt) as startedAt from pauses
    group by richerId
)

select
    plays.* except (trackText, idText, mentionText, place, toTheMinute, startSecond, endSecond, startedAt),
    coalesce(begun.startedAt, plays.startedAt) as startedAt,
    {{ dbt.hash('plays.trackText') }} as namesId,
    {{ dbt.hash('mentionText') }} as mentionId,
    compared.duplicate or copied.playId is not null as duplicate
from placed as plays
inner join {{ ref('hub_music__int_plays_compared') }} as compared on compared.playId = plays.playId
left join copied on copied.playId = plays.playId
left join begun on begun.richerId = plays.playId
