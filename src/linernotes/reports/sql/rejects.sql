-- The latest rejected lines that nobody has set aside, without those of rosters that were imported again since.
with discarded as (
    select distinct fileHash, line
    from {lake}.lake_manual__normalized_discards
),

versions as (
    select rosterName, _fileHash, max(coalesce(rosterVersion, 0)) as version
    from {lake}.lake_roster__normalized_rows
    group by rosterName, _fileHash
),

replaced as (
    select _fileHash
    from versions
    qualify version < max(version) over (partition by rosterName)
)

select
    rejects.rejectedAt,
    rejects.file,
    rejects.line,
    rejects.field,
    rejects.reason,
    rejects.raw,
    files.dataset,
    rejects._fileHash as fileHash,
    rejects._line as landedLine
from {lake}.lake_ops__rejects as rejects
inner join {lake}.lake_ops__loaded_files as files on files.fileHash = rejects._fileHash
left join discarded on discarded.fileHash = rejects._fileHash and discarded.line = rejects._line
left join replaced on replaced._fileHash = rejects._fileHash
where
    discarded.line is null
    and replaced._fileHash is null
    and strpos(lower(rejects.reason), lower($reason)) > 0
    and strpos(lower(rejects.file), lower($file)) > 0
    and starts_with(files.dataset, $provider)
    and rejects.rejectedAt >= $since
order by rejects.rejectedAt desc, rejects.file, rejects.line, rejects._line
limit $shown
