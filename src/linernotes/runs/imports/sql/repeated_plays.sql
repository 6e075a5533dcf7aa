-- Plays of files loaded after the one with this number that an earlier file has as well.
with files as (
    select fileHash, loadSequence > $before as isNew
    from {lake}.lake_ops__loaded_files
),

earlier as (
    select plays.source, plays.sourceKey
    from {lake}.lake_plays__normalized_plays as plays
    inner join files on files.fileHash = plays._fileHash and not files.isNew
),

brought as (
    select distinct plays.source, plays.sourceKey
    from {lake}.lake_plays__normalized_plays as plays
    inner join files on files.fileHash = plays._fileHash and files.isNew
)

select count(*) as plays
from brought
where exists (select 1 from earlier where earlier.source = brought.source and earlier.sourceKey = brought.sourceKey)
