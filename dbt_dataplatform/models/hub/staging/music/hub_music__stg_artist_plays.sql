-- Reads staging, not the service table, so that the queue is right before dbt has run.
with credits as (  -- an artist credited twice on one play counts once
    select playId, playedAt, artist.id as artistId, max(artist.name) as artistName
    from {{ ref('lake_spotify__stg_recently_played') }} as plays
    cross join unnest(plays.artists) as artist
    group by playId, playedAt, artist.id
)

select
    artistId,
    {{ newest('artistName', by=['playId']) }} as artistName,
    count(*) as playCount,
    min(playedAt) as firstPlayedAt,
    max(playedAt) as lastPlayedAt
from credits
group by artistId
