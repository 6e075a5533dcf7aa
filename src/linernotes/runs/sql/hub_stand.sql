-- What the hub was built from, what is loaded now, the artists that it has, and which of its tables are older than what
-- they are made of.
with stand as (
    select
        count(*) as files,
        max(loadSequence) as newest,
        max(loadedAt) as loadedAt,
        (select builtFrom from {lake}.lake_ops__runs where builtFrom is not null order by endedAt desc limit 1) as built
    from {lake}.lake_ops__loaded_files
),

library as (
    select
        count(*) as artists,
        coalesce(sum(case when enrichmentStatus = 'enriched' then 1 else 0 end), 0) as enriched
    from {hub}.hub_music__svc_dim_artists
)

select
    stand.*,
    library.*,
    plays_now.signature != plays.signature as plays,
    queue_now.signature != queue.signature as queue,
    tracks_now.signature != tracks.signature as tracks
from stand
cross join library
cross join {hub}.hub_music__int_plays_signature as plays_now
cross join {hub}.hub_music__int_plays_state as plays
cross join {hub}.hub_music__int_queue_signature as queue_now
cross join {hub}.hub_music__int_queue_state as queue
cross join {hub}.hub_music__int_tracks_signature as tracks_now
cross join {hub}.hub_music__int_tracks_state as tracks
