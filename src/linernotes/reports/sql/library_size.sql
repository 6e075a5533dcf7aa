-- The artists of the library, and how many of them have a score, which any number from a service gives.
select count(*) as artists, count(opportunityScore) as scored
from {hub}.hub_music__svc_artist_scores
