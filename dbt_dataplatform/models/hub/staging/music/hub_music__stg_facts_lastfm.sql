with answers as (
    select
        artistId, lastfmUrl, listeners, playcount, retrievedAt, 'lastfm' as provider, confidence, lastfmUrl as evidence,
        array(
            select item.tag from unnest(tagged.tags) as item where item.tag is not null
            order by item.weight desc nulls last, item.tag nulls last
        ) as tagNames
    from {{ ref('hub_music__stg_lastfm_answers') }} as tagged
),

facts as (
    {{ facts_of([
        ('lastfmUrl', 'word', 'lastfmUrl'),
        ('lastfmListeners', 'number', 'listeners'),
        ('lastfmPlaycount', 'number', 'playcount'),
        ('tags', 'list', 'tagNames'),
    ]) }}
)

select *
from facts
