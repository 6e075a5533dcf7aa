-- How many rejected lines are listed, how many of them match, and how many that match are of rosters imported again since.
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
),

rejected as (
    select
        replaced._fileHash is not null as isReplaced,
        strpos(lower(rejects.reason), lower($reason)) > 0
        and strpos(lower(rejects.file), lower($file)) > 0
        and starts_with(files.dataset, $provider)
        and rejects.rejectedAt >= $since as matches
    from {lake}.lake_ops__rejects as rejects
    inner join {lake}.lake_ops__loaded_files as files on files.fileHash = rejects._fileHash
    left join discarded on discarded.fileHash = rejects._fileHash and discarded.line = rejects._line
    left join replaced on replaced._fileHash = rejects._fileHash
    where discarded.line is null
)

select
    count(if(isReplaced, null, 1)) as waiting,
    count(if(matches and not isReplaced, 1, null)) as matching,
    count(if(matches and isReplaced, 1, null)) as replaced
from rejected
