-- How many tracks have each status.
select status, count(*) as tracks
from {hub}.hub_music__svc_enrichment_status
group by status
order by status
