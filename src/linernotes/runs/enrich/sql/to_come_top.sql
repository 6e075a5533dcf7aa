-- Like to_come.sql, for the top artists by rank.
with queue as (
    select
        queue.*,
        (attemptedAt is null or attemptedAt < $startedAt) -- at most one attempt per run
        and artistId in (select artistId from {hub}.hub_music__svc_top_artists where rank <= $top)
        and (
            -- due items
            ($part = 'top' and dueAt <= $startedAt)
            -- data older than --older-than, and other items that are due
            or ($part = 'top_older' and status != 'enriched' and dueAt <= $startedAt)
            or ($part = 'top_older' and enrichedAt < $edge and (answeredAt <= enrichedAt or dueAt <= $startedAt))
        ) as wanted
    from {hub}.hub_music__svc_enrichment_items as queue
    where provider in unnest($providers)
),

-- each artist brings one key; of tracks each question does
subjects as (
    select distinct if($entity = 'track', key, artistId) as subject from queue where wanted
),

known as (
    select artistId from {hub}.hub_music__svc_enrichment_items where provider = $provider
)

select count(*) as items
from subjects
left join known on known.artistId = subjects.subject
where known.artistId is null
