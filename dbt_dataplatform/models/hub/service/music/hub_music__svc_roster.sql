-- Each roster as it was last imported: every artist once, by its first row, and the rows that are nobody's.
with once as (
    select *
    from {{ ref('hub_music__int_roster_rows') }}
    qualify row_number() over (
        partition by rosterName, coalesce(artistId, cast(rowNumber as string)) order by rowNumber nulls last
    ) = 1
)

select
    once.rosterName,
    once.rowNumber,
    once.artistId,
    coalesce(artists.artistName, once.givenName) as artistName,
    once.givenName,
    once.method,
    if(once.method in ('several_artists', 'stands_for_many', 'unknown_name'), once.method, null) as why,
    once.candidates,
    once.ownColumns,
    once.importedAt
from once
left join {{ ref('hub_music__int_artists') }} as artists on artists.artistId = once.artistId
