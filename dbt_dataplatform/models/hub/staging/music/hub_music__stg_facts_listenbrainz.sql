-- Its answers are as sure as the id they were asked by.
with answers as (
    select
        artists.artistId, type, area, beginYear, listenCount, listenerCount, answers.retrievedAt, 'listenbrainz' as provider, confidence,
        'https://listenbrainz.org/artist/' || answers.mbid as evidence,
        array(
            select item.tag from unnest(answers.tags) as item where item.tag is not null
            order by item.count desc nulls last, item.tag nulls last
        ) as tagNames
    from {{ ref('lake_listenbrainz__svc_artist_metadata') }} as answers
    inner join {{ ref('hub_music__svc_artist_identities') }} as artists on artists.mbid = answers.mbid
),

facts as (
    {{ facts_of([
        ('type', 'word', 'type'),
        ('country', 'word', 'area'),
        ('beginYear', 'number', 'beginYear'),
        ('tags', 'list', 'tagNames'),
        ('listenCount', 'number', 'listenCount'),
        ('listenerCount', 'number', 'listenerCount'),
    ]) }}
)

select *
from facts
