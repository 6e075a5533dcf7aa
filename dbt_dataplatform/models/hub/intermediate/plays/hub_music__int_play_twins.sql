-- Plays that another row tells of better. A richer source does so under other names: the same second and title, and one credit
-- within the other. A source whose times may be those of minutes does so where it has the second within that minute.
with moments as (
    select playId, place, artistKey, titleKey, trackText, 'start' as edge, startSecond as second
    from {{ ref('hub_music__int_plays_placed') }}
    union all
    select playId, place, artistKey, titleKey, trackText, 'end' as edge, endSecond as second
    from {{ ref('hub_music__int_plays_placed') }}
    where endSecond is not null
),

shifted as (
    select moments.*, moments.second + shift as near
    from moments
    cross join unnest([-1, 0, 1]) as shift
),

minutes as (
    select *, cast(floor(startSecond / 60) as int64) as minute, mod(startSecond, 60) as secondOfMinute
    from {{ ref('hub_music__int_plays_placed') }}
    where toTheMinute and endSecond is null
),

told_better as (
    select poorer.playId
    from shifted as poorer
    inner join moments as richer
        on richer.titleKey = poorer.titleKey and richer.edge = poorer.edge and richer.second = poorer.near
    where
        richer.place < poorer.place and richer.trackText != poorer.trackText
        and (instr(richer.artistKey, poorer.artistKey) > 0 or instr(poorer.artistKey, richer.artistKey) > 0)
    union all
    select whole.playId
    from minutes as whole
    inner join minutes as exact
        on exact.source = whole.source and exact.trackText = whole.trackText and exact.minute = whole.minute
    where whole.secondOfMinute = 0 and exact.secondOfMinute > 0
)

select distinct playId from told_better
