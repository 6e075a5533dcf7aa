-- The number of selected artists, or of questions about tracks, without a key for this provider, whose lookup at other
-- providers may return one.
with queue as (
    select
        queue.*,
        (attemptedAt is null or attemptedAt < $startedAt) -- at most one attempt per run
        and priority >= $minPlays
        and (
            -- new in the window, due for a retry, or missed: in the window of an earlier run that did not reach it
            ($part = 'incremental' and reason = 'missed')
            or ($part = 'incremental' and reason = 'never_asked' and discoveredAt >= $edge)
            or ($part = 'incremental' and reason = 'retry' and dueAt <= $startedAt)
            or ($part in ('incremental', 'backfill') and reason = 'requested') -- somebody wants it asked about again
            -- not enriched yet; tombstones, and failures at a provider that costs money, only when due
            or ($part = 'backfill' and status = 'pending')
            or ($part = 'backfill' and status = 'failed' and provider not in unnest($priced))
            or ($part = 'backfill' and status in ('failed', 'not_found') and dueAt <= $startedAt)
            -- too old; if the last refresh failed, only when the retry is due
            or ($part = 'refresh' and enrichedAt < $edge and (answeredAt <= enrichedAt or dueAt <= $startedAt))
            -- the named artists, even if the data is fresh or a tombstone
            or ($part = 'named' and artistId in unnest($artists))
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
