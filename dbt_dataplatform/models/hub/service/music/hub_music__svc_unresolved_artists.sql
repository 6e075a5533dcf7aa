-- Names that are nobody's yet: those on plays, and those that only a roster has.
with names as (
    select nameKey, artistName, playCount, msPlayed, why, 1 as place
    from {{ ref('hub_music__int_names_unresolved') }}
    union all
    select
        givenKey as nameKey,
        {{ newest('givenName', by=['rosterName', '-rowNumber']) }} as artistName,
        0 as playCount,
        0 as msPlayed,
        min(method) as why,
        2 as place
    from {{ ref('hub_music__int_roster_rows') }}
    where method in ('several_artists', 'stands_for_many', 'unknown_name')
    group by givenKey
)

select
    'name:' || {{ dbt.hash('nameKey') }} as artistId, artistName, cast(playCount as int64) as playCount,
    cast(msPlayed as int64) as msPlayed, why
from names
qualify row_number() over (partition by nameKey order by place nulls last) = 1
