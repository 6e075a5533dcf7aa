-- Plays whose local time came twice, when clocks went back: they were read as the first of both instants, and are copies where
-- another source has the track at the second.
select distinct unsure.playId
from {{ ref('hub_music__int_plays_compared') }} as unsure
inner join {{ ref('lake_plays__stg_plays') }} as told
    on told.source || ' ' || told.sourceKey = unsure.playId and told.alsoPlayedAt is not null
inner join {{ ref('hub_music__int_plays_compared') }} as sure
    on sure.trackText = unsure.trackText and sure.source != unsure.source
where
    abs(
        sure.startSecond - unsure.startSecond
        - ({{ microseconds('told.alsoPlayedAt') }} - {{ microseconds('told.playedAt') }}) / 1000000
    ) <= {{ var('same_play_seconds') }}
