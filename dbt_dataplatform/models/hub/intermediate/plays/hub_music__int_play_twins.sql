-- Plays that a richer source tells of under other names: the same second and title, and one credit within the other.
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
)

select distinct poorer.playId
from shifted as poorer
inner join moments as richer
    on richer.titleKey = poorer.titleKey and richer.edge = poorer.edge and richer.second = poorer.near
where
    richer.place < poorer.place and richer.trackText != poorer.trackText
    and (instr(richer.artistKey, poorer.artistKey) > 0 or instr(poorer.artistKey, richer.artistKey) > 0)
