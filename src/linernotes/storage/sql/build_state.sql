-- A purge can give a number again, so the newest file is known by its instant too.
select
    count(*) as files,
    max(loadSequence) as newest,
    max(loadedAt) as loadedAt,
    (select builtFrom from {lake}.lake_ops__runs where builtFrom is not null order by endedAt desc limit 1) as built
from {lake}.lake_ops__loaded_files
