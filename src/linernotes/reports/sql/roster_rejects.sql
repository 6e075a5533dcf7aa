-- The rows of the files that are the rosters now which were rejected, and which nobody has set aside.
with versions as (
    select rosterName, _fileHash, max(coalesce(rosterVersion, 0)) as version
    from {lake}.lake_roster__normalized_rows
    group by rosterName, _fileHash
),

present as (
    select rosterName, _fileHash
    from versions
    qualify version = max(version) over (partition by rosterName)
),

discarded as (
    select distinct fileHash, line
    from {lake}.lake_manual__normalized_discards
)

select present.rosterName, rejects.file, count(*) as rejected
from present
inner join {lake}.lake_ops__rejects as rejects on rejects._fileHash = present._fileHash
inner join {lake}.lake_ops__loaded_files as files on files.fileHash = rejects._fileHash
left join discarded on discarded.fileHash = rejects._fileHash and discarded.line = rejects._line
where discarded.line is null and ($roster = '' or present.rosterName = $roster)
group by present.rosterName, rejects.file
order by present.rosterName, rejects.file
