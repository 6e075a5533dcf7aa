-- Every artist of an imported list: those with a Spotify id of any list there ever was, the others of rosters as they are.
with listed as (
    select artistId, artistName, artistKey as nameKey, firstImportedAt
    from {{ ref('lake_roster__stg_artists') }}
    union all
    select artistId, givenName as artistName, givenKey as nameKey, importedAt as firstImportedAt
    from {{ ref('hub_music__int_roster_rows') }}
    where artistId is not null
)

select
    artistId,
    max(artistName) as artistName,
    max(nameKey) as nameKey,
    min(firstImportedAt) as firstImportedAt
from listed
group by artistId
