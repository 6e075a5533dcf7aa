-- Each roster as it was last imported, row by row; a row that is the artist of one above it, as its name or its MusicBrainz
-- id turned out, names that row.
with given as (
    select
        *,
        min(rowNumber) over (partition by rosterName, coalesce(artistId, cast(rowNumber as string))) as firstRow
    from {{ ref('hub_music__int_roster_rows') }}
)

select
    given.rosterName,
    given.rowNumber,
    given.artistId,
    coalesce(artists.artistName, given.givenName) as artistName,
    given.givenName,
    given.method,
    case
        when given.method in ('several_artists', 'stands_for_many', 'unknown_name') then given.method
        when starts_with(given.artistId, 'mbid:') then 'no_spotify_id'
    end as why,
    given.candidates,
    if(given.firstRow < given.rowNumber, given.firstRow, null) as sameAsRow,
    given.ownColumns,
    given.importedAt
from given
left join {{ ref('hub_music__int_artists') }} as artists on artists.artistId = given.artistId
