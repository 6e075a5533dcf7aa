-- What a missing label means. Labels that have not ended stand first, so the first one decides.
with named as (  -- a page that may be another artist's is not among these
    select
        about.artistId,
        max({{ item('answers.labels', 1) }}.name) as firstLabel,
        max(array_length(answers.labels)) as labels,
        max(if({{ item('answers.labels', 1) }}.ended, 1, 0)) as ended
    from {{ ref('hub_music__int_artist_pages') }} as about
    inner join {{ ref('lake_wikidata__svc_artist_facts') }} as answers on answers.artistId = about.key
    where about.provider = 'wikidata'
    group by about.artistId
),

asked as (
    select artistId, min(status) as status
    from {{ ref('hub_music__int_enrichment_items') }}
    where provider = 'wikidata' and entity = 'artist'
    group by artistId
)

select
    asked.artistId,
    case
        when ended = 1 then 'ended'
        when labels > 0 then 'unnamed'
        when named.artistId is not null then 'none_named'
        when asked.status = 'enriched' then 'in_doubt'
        when asked.status in ('not_found', 'failed') then asked.status
        else 'not_asked'
    end as status,
    if(ended = 1, firstLabel, null) as formerLabel
from asked
left join named on named.artistId = asked.artistId
