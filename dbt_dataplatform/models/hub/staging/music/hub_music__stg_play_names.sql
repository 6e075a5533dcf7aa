-- A table, made again with that of the tracks: names that plays have instead of ids. A track whose artists' ids are known from another play needs no name.
select
    artistKey,
    {{ dbt.hash('artistKey') }} as nameHash,
    {{ newest('artistName', by=['playCount', 'trackId']) }} as artistName,
    {{ summed_plays() }},
    min(firstImportedAt) as firstImportedAt,
    greatest(min(firstPlayedAt), coalesce(min(firstImportedAt), min(firstPlayedAt))) as discoveredAt
from {{ ref('hub_music__stg_tracks') }}
where credited is null and artistKey is not null
group by artistKey
