-- One address is one track, however its artist is written: the names it is mostly played under stand for it.
with plays as (
    select plays.*, coalesce(sources.place, 99) as place, coalesce(resolutionSeconds, 1) >= 60 as toTheMinute
    from {{ ref('hub_music__int_plays_unioned') }} as plays
    left join {{ ref('play_sources') }} as sources on sources.source = plays.source
),

written as (
    select spotifyTrackId, names, count(*) as plays
    from plays
    where spotifyTrackId is not null and names is not null
    group by spotifyTrackId, names
),

addresses as (
    select spotifyTrackId, {{ newest('names', by=['plays', 'names']) }} as names
    from written
    group by spotifyTrackId
)

select
    plays.* except (names),
    coalesce(addresses.names, plays.names, plays.trackUri, plays.playId) as trackText,
    coalesce(plays.spotifyTrackId, nullif(plays.artistIds, ''), nullif(plays.mbids, ''), '') as idText,
    cast(floor({{ microseconds('startedAt') }} / 1000000) as int64) as startSecond,
    cast(floor({{ microseconds('endedAt') }} / 1000000) as int64) as endSecond
from plays
left join addresses on addresses.spotifyTrackId = plays.spotifyTrackId
