select enrichmentDate, artistCount, artistsWithGenres, avgPopularity, avgFollowers
from {hub}.hub_music__svc_latest_enrichments
where enrichmentDate >= current_date - $days
order by enrichmentDate desc
