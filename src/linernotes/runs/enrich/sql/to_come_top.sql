-- Like to_come.sql, for the top artists by rank.
with queue as (
    select
        queue.*,
        (attemptedAt is null or attemptedAt < $startedAt) -- at most one attempt per run
        and priority >= $minPlays
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
    select distinct entity, if($entity = 'track', key, artistId) as subject
    from queue
    where wanted
),

known as (
    select artistId from {hub}.hub_music__svc_enrichment_items where provider = $provider
),

-- tracks that have ids, but none of this provider's scheme: no more than these can get one, and those asked for by names
lacking as (
    select count(distinct trackId) - count(distinct if(scheme = $scheme, trackId, null)) as tracks
    from {hub}.hub_music__svc_track_ids
)

select
    if(
        $entity = 'track',
        least(count(*), coalesce(max(lacking.tracks), 0) + count(if(subjects.entity = 'recording', 1, null))),
        count(*)
    ) as items
from subjects
cross join lacking
left join known on known.artistId = subjects.subject
where known.artistId is null
