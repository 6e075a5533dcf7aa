-- The label of an artist by its releases, as one of the artist's values.
select
    artistId, 'principalLabel' as field, principalLabel as value, if(true, null, 1e0) as number,
    if(true, [], split('', ',')) as items, provider, retrievedAt, confidence, evidence
from {{ ref('hub_music__svc_artist_labels') }}
