-- How many tracks there are, what is known of them, how far asking has come, and who told it.
with tracks as (
    select dims.*, states.status
    from {hub}.hub_music__svc_dim_tracks as dims
    inner join {hub}.hub_music__svc_enrichment_status as states on states.trackId = dims.trackId
),

library as (select count(*) as number from tracks),

counts as (
    select 1 as place, 'library' as part, 'tracks' as what, count(*) as tracks from tracks
    union all
    select 2, 'known', 'Spotify id', count(trackUri) from tracks
    union all
    select 3, 'known', 'ISRC', count(isrc) from tracks
    union all
    select 4, 'known', 'MusicBrainz id', count(recordingMbid) from tracks
    union all
    select 5, 'known', 'BPM', count(tempo) from tracks
    union all
    select 6, 'known', 'key', count(keyText) from tracks
    union all
    select 7, 'known', 'audio features', count(energy) from tracks
    union all
    select 8, 'known', 'label', count(label) from tracks
    union all
    select 9, 'status', status, count(*) from tracks
    group by status
    union all
    select 10, 'source', source, count(*)
    from tracks
    cross join unnest(enrichmentSources) as source
    group by source
)

select counts.part, counts.what, counts.tracks, round(100 * counts.tracks / nullif(library.number, 0), 1) as percent
from counts
cross join library
order by counts.place, counts.tracks desc, counts.what
