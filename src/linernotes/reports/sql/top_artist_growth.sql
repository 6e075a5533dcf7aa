-- The first and the latest number of each metric of the top artists that was fetched on several occasions.
with told as (
    select
        history.artistId,
        history.metric,
        history.value,
        history.retrievedAt,
        min(history.retrievedAt) over (partition by history.artistId, history.metric) as firstAt,
        max(history.retrievedAt) over (partition by history.artistId, history.metric) as lastAt
    from {hub}.hub_music__svc_fact_artist_popularity as history
    inner join {hub}.hub_music__svc_top_artists as top on top.artistId = history.artistId
    where top.rank <= $shown
)

select
    artistId,
    metric,
    max(if(retrievedAt = firstAt, value, null)) as earlier,
    max(if(retrievedAt = lastAt, value, null)) as latest,
    firstAt,
    lastAt
from told
where firstAt < lastAt
group by artistId, metric, firstAt, lastAt
order by artistId, metric
