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
        (select count(*) from {hub}.hub_music__svc_dim_artists) as artists,
        (
            select count(distinct facts.artistId)
            from {hub}.hub_music__svc_artist_facts as facts
            inner join {hub}.hub_music__svc_dim_artists as artists on artists.artistId = facts.artistId
        ) as enriched
),

streams as (
    select
        (select count(*) from {lake}.lake_ops__loaded_files where starts_with(dataset, 'streams/')) as files,
        (select count(*) from {hub}.hub_music__svc_stream_matches) as matches
)

select
    stand.*,
    library.*,
    plays_now.signature != plays.signature as plays,
    queue_now.signature != queue.signature as queue,
    tracks_now.signature != tracks.signature as tracks,
    streams.files + streams.matches > 0 as streams
from stand
cross join library
cross join streams
cross join {hub}.hub_music__int_plays_signature as plays_now
cross join {hub}.hub_music__int_plays_state as plays
cross join {hub}.hub_music__int_queue_signature as queue_now
cross join {hub}.hub_music__int_queue_state as queue
cross join {hub}.hub_music__int_tracks_signature as tracks_now
cross join {hub}.hub_music__int_tracks_state as tracks
