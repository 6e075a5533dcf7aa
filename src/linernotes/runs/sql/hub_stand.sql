-- What the hub was built from, what is loaded now, and which of its tables are older than what they are made of.
with stand as (
    {build_state}
)

select
    stand.*,
    plays_now.signature != plays.signature as plays,
    queue_now.signature != queue.signature as queue,
    tracks_now.signature != tracks.signature as tracks
from stand
cross join {hub}.hub_music__int_plays_signature as plays_now
cross join {hub}.hub_music__int_plays_state as plays
cross join {hub}.hub_music__int_queue_signature as queue_now
cross join {hub}.hub_music__int_queue_state as queue
cross join {hub}.hub_music__int_tracks_signature as tracks_now
cross join {hub}.hub_music__int_tracks_state as tracks
