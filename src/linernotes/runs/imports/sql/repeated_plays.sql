-- Plays of files loaded after the one with this number: their lines, the plays they tell of, and those that an earlier file
-- has as well.
with files as (
    select fileHash, loadSequence > $before as isNew
    from {lake}.lake_ops__loaded_files
),

plays as (
    select plays.source, plays.sourceKey, files.isNew
    from {lake}.lake_plays__normalized_plays as plays
    inner join files on files.fileHash = plays._fileHash
    union all
    select 'spotify_recently_played' as source, cast(plays.playedAt as string) || plays.trackUri as sourceKey, files.isNew
    from {lake}.lake_spotify__normalized_recently_played as plays
    inner join files on files.fileHash = plays._fileHash
),

brought as (
    select source, sourceKey, count(*) as lines
    from plays
    where isNew
    group by source, sourceKey
),

earlier as (
    select distinct plays.source, plays.sourceKey
    from plays
    inner join brought on brought.source = plays.source and brought.sourceKey = plays.sourceKey
    where not plays.isNew
)

select
    coalesce(sum(brought.lines), 0) as lines,
    count(*) - count(earlier.source) as fresh,
    count(earlier.source) as repeated
from brought
left join earlier on earlier.source = brought.source and earlier.sourceKey = brought.sourceKey
