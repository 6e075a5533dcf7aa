-- The list is never empty: who has no score stands behind those who have one, by plays.
with named as (  -- what Wikidata names, current labels first; a page that may be another artist's is not among these
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
    row_number() over (order by opportunityScore desc nulls last, playCount desc nulls last, artists.artistId nulls last) as rank,
    artists.artistId,
    artistName,
    monthlyListeners,
    principalLabel,
    case
        when principalLabel is not null then 'on_label'
        when ended = 1 then 'ended'
        when labels > 0 then 'unnamed'
        when named.artistId is not null then 'none_named'
        when asked.status = 'enriched' then 'in_doubt'
        when asked.status in ('not_found', 'failed') then asked.status
        else 'not_asked'
    end as labelStatus,
    if(principalLabel is null, firstLabel, null) as formerLabel,
    management,
    opportunityScore,
    scoreVersion,
    coalesce(spotifyUrl, if(starts_with(artists.artistId, 'name:'), null, 'https://open.spotify.com/artist/' || artists.artistId)) as spotifyUrl
from {{ ref('hub_music__svc_dim_artists') }} as artists
inner join {{ ref('hub_music__svc_artist_scores') }} as scores on scores.artistId = artists.artistId
left join named on named.artistId = artists.artistId
left join asked on asked.artistId = artists.artistId
