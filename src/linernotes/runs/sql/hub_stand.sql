-- How the hub stands: what it was built from and what is loaded now, and whether files or policies have changed since the
-- tables of plays, those of the queue, and those of tracks were built. A purge can give a number again, so the newest file is
-- known by its instant too.
with loaded as (
    select
        count(*) as files,
        max(loadSequence) as newest,
        max(loadedAt) as loadedAt,
        count(if(dataset in ('plays/plays', 'spotify/recently_played') and loadedRows > 0, 1, null)) as playFiles,
        max(if(dataset in ('plays/plays', 'spotify/recently_played') and loadedRows > 0, loadSequence, null)) as newestPlays,
        max(
            if(dataset in ('plays/plays', 'spotify/recently_played') and loadedRows > 0, loadedAt, null)
        ) as playsLoadedAt
    from {lake}.lake_ops__loaded_files
),

policies as (
    select max(writtenAt) as writtenAt from {lake}.lake_ops__provider_policies
)

select
    loaded.files,
    loaded.newest,
    loaded.loadedAt,
    (select builtFrom from {lake}.lake_ops__runs where builtFrom is not null order by endedAt desc limit 1) as built,
    loaded.playFiles != plays.files or coalesce(loaded.newestPlays, 0) != plays.loadSequence
    or coalesce(loaded.playsLoadedAt != plays.loadedAt, false) as plays,
    loaded.files != queue.files or coalesce(loaded.newest, 0) != queue.loadSequence
    or coalesce(loaded.loadedAt != queue.loadedAt, false)
    or coalesce(policies.writtenAt != queue.policiesAt, queue.policiesAt is null) as queue,
    coalesce(now.signature != (select max(signature) from {hub}.hub_music__int_tracks_state), true) as tracks
from loaded
cross join policies
cross join {hub}.hub_music__int_plays_state as plays
cross join {hub}.hub_music__int_queue_state as queue
cross join {hub}.hub_music__int_tracks_signature as now
