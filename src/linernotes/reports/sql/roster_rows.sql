-- The rows of rosters, and who was asked about those of whom only the name is known.
with asked as (
    select artistId, string_agg(distinct provider, ', ' order by provider) as asked
    from {hub}.hub_music__svc_enrichment_items
    where entity = 'artist' and status != 'pending' and starts_with(artistId, 'name:')
    group by artistId
)

select
    roster.rosterName,
    roster.rowNumber,
    roster.artistId,
    roster.artistName,
    roster.givenName,
    roster.method,
    roster.why,
    roster.sameAsRow,
    roster.candidates,
    asked.asked,
    roster.ownColumns
from {hub}.hub_music__svc_roster as roster
left join asked on asked.artistId = roster.artistId
where ($roster = '' or roster.rosterName = $roster) and (roster.why is not null or not $unresolved)
order by roster.rosterName, roster.rowNumber
