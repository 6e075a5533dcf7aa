-- One question per name and kind: the most played track that may still tell of it, the next one only after that. A name
-- that plays have resolved needs none; one of whom no track tells waits for the first of them. By both names only those
-- are looked up of whom Spotify cannot tell.
with tracks as (  -- of an answer that names others too there is no more to expect
    select asked.*, asked.found and told.artistKey is not null as tells, asked.gone or (asked.found and told.artistKey is null) as mute
    from {{ ref('hub_music__stg_name_tracks') }} as asked
    left join {{ ref('hub_music__stg_track_names') }} as told on told.artistKey = asked.artistKey and asked.entity = 'track'
),

settled as (
    select artistKey, entity
    from {{ ref('hub_music__stg_known_names') }}
    cross join unnest(['track', 'recording']) as entity
    where method = 'carried' and artists = 1
    union all
    select artistKey, 'recording' as entity from {{ ref('hub_music__stg_name_mbids') }} where method = 'listenbrainz_listens'
    union all
    select artistKey, 'recording' as entity from tracks where entity = 'track' and enabled and not mute
),

needless as (
    select distinct artistKey, entity
    from settled
)

select tracks.* except (tells, mute)
from tracks
left join needless on needless.artistKey = tracks.artistKey and needless.entity = tracks.entity
where needless.artistKey is null or tracks.found
qualify row_number() over (
    partition by tracks.artistKey, tracks.entity order by tracks.tells desc nulls last, tracks.mute nulls last, tracks.place nulls last
) = 1
