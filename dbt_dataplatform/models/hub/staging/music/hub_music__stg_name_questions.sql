-- One question per name and kind: the most played track that is not known to be gone, the next one only after that. A
-- name that plays have resolved needs none; one whose tracks are all gone waits for the first of them. By both names only
-- those are looked up of whom Spotify cannot tell.
with settled as (
    select artistKey, entity
    from {{ ref('hub_music__stg_known_names') }}
    cross join unnest(['track', 'recording']) as entity
    where method = 'carried' and artists = 1
    union all
    select artistKey, 'recording' as entity from {{ ref('hub_music__stg_name_mbids') }} where method = 'listenbrainz_listens'
    union all
    select artistKey, 'recording' as entity from {{ ref('hub_music__stg_name_tracks') }} where entity = 'track' and enabled and not gone
),

needless as (
    select distinct artistKey, entity
    from settled
)

select tracks.*
from {{ ref('hub_music__stg_name_tracks') }} as tracks
left join needless on needless.artistKey = tracks.artistKey and needless.entity = tracks.entity
where needless.artistKey is null or tracks.found
qualify row_number() over (
    partition by tracks.artistKey, tracks.entity order by tracks.found desc nulls last, tracks.gone nulls last, tracks.place nulls last
) = 1
