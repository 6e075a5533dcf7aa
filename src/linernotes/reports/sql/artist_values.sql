-- All values of an artist; within each field the selected one comes first.
select
    facts.field,
    facts.value,
    facts.provider,
    facts.retrievedAt,
    facts.confidence,
    facts.licence,
    facts.evidence,
    winners.provider is not null as counts
from {hub}.hub_music__svc_artist_facts as facts
left join {hub}.hub_music__stg_artist_winners as winners
    on winners.artistId = facts.artistId and winners.field = facts.field and winners.provider = facts.provider
where facts.artistId = $artist
order by facts.field, counts desc, facts.provider
