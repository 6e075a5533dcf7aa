{{ config(cluster_by=['releaseId']) }}
-- The label of a release is that of its first edition: one that came more than half a year later may be a reissue's.
{%- set month = "cast(substr(told.date, 1, 4) as int64) * 12 + cast(nullif(substr(told.date, 6, 2), '') as int64)" %}
{%- set official = "coalesce(told.status, 'Official') = 'Official'" %}
{%- set decides = "official and early and labelKind != 'unknown'" %}
with editions as (
    select
        answers.releaseGroupMbid as releaseId, told, told.releaseMbid as editionId, answers.retrievedAt, {{ month }} as month, {{ official }} as official,
        min(if({{ official }}, told.date, null)) over (partition by answers.releaseGroupMbid) as firstDate,
        min(if({{ official }}, {{ month }}, null)) over (partition by answers.releaseGroupMbid) as firstMonth
    from {{ ref('lake_musicbrainz_releases__stg_releases') }} as answers
    cross join unnest(answers.releases) as told
),

labels as (
    select told as named, told.releaseMbid as editionId, place
    from {{ ref('lake_musicbrainz_releases__stg_releases') }} as answers
    cross join {{ unnest_in_order('answers.labels', 'told', 'place') }}
),

joined as (
    select
        editions.*, named, place, coalesce(named.labelKind, 'unknown') as labelKind,
        coalesce(month - firstMonth <= 6, substr(told.date, 1, 4) = substr(firstDate, 1, 4), firstDate is null) as early
    from editions left join labels using (editionId)
)

select
    releaseId, editionId, row_number() over (partition by editionId order by place nulls last) as position,
    if(labelKind = 'label', coalesce(named.labelMbid, 'name:' || named.labelKey), null) as labelId,
    if(labelKind = 'label', named.name, null) as labelName, labelKind, named.labelKey as labelKey, named.catalogNumber as catalogNumber,
    told.title as title, told.disambiguation as disambiguation, told.status as status, told.date as releaseDate, firstDate as firstReleaseDate,
    told.country as country, told.barcode as barcode, told.upc as upc, told.format as format, told.trackCount as trackCount, {{ decides }} as decides, retrievedAt,
    row_number() over (
        partition by releaseId
        order by
            {{ decides }} desc nulls last, official desc nulls last, substr(told.date || '-99-99', 1, 10) nulls last,
            coalesce(told.country, '') in ('XW', 'XE') desc nulls last, told.format = 'Digital Media' desc nulls last, editionId nulls last, place nulls last
    ) as rank
from joined
