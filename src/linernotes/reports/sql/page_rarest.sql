-- The artist with the fewest listeners elsewhere among those played at least a number of times in a period.
with heard as (
    select artistId, count(*) as plays
    from {hub}.hub_music__svc_fact_plays
    where
        listened
        and coalesce(startedAt, playedAt) >= $since
        and coalesce(startedAt, playedAt) < $until
        and artistId not in unnest($hidden)
    group by artistId
    having count(*) >= $fewest
)

select
    heard.artistId,
    artistName,
    plays,
    if($metric = 'lastfmListeners', lastfmListeners, listenerCount) as listeners
from heard
inner join {hub}.hub_music__svc_dim_artists as known on known.artistId = heard.artistId
where if($metric = 'lastfmListeners', lastfmListeners, listenerCount) > 0
order by listeners, plays desc, heard.artistId
limit 1
