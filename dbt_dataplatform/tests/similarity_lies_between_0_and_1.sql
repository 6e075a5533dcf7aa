-- Weights are relative to the most similar artist; one beyond 1 would be a reading error.
select artistId, similarName, weight
from {{ ref('hub_music__svc_bridge_artist_similar') }}
where weight < 0 or weight > 1
