-- The newest model of each playlist, or with $version the one of that name.
select lines.artefact
from {lake}.lake_ml__normalized_models as lines
inner join {lake}.lake_ops__loaded_files as files on files.fileHash = lines._fileHash
where $version = '' or lines.modelVersion = $version
qualify
    row_number() over (
        partition by lines.target
        order by lines.trainedAt desc nulls last, files.loadSequence desc nulls last, lines._line desc nulls last
    ) = 1
order by lines.target desc
