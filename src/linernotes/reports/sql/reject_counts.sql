-- How many rejected lines there are, and how many of them are set aside.
with discarded as (
    select distinct fileHash, line
    from {lake}.lake_manual__normalized_discards
)

select
    count(*) as rejected,
    count(discarded.line) as discarded
from {lake}.lake_ops__rejects as rejects
inner join {lake}.lake_ops__loaded_files as files on files.fileHash = rejects._fileHash
left join discarded on discarded.fileHash = rejects._fileHash and discarded.line = rejects._line
