-- Labels of releases that were asked about, also those of editions that do not decide whose a release is.
with told as (
    select
        labelId, labelName, labelKey, releaseId, retrievedAt
    from {{ ref('hub_music__svc_bridge_release_labels') }}
    where labelId is not null
),

decided as (
    select labelId, count(*) as releaseCount, count(distinct artistId) as artistCount
    from {{ ref('hub_music__svc_dim_releases') }}
    where labelId is not null
    group by labelId
)

select
    told.labelId,
    {{ newest('labelName', by=['told.retrievedAt', 'labelName']) }} as labelName,
    {{ newest('labelKey', by=['told.retrievedAt', 'labelName']) }} as labelKey,
    if(starts_with(told.labelId, 'name:'), null, told.labelId) as labelMbid,
    count(distinct told.releaseId) as mentionCount,
    max(coalesce(decided.releaseCount, 0)) as releaseCount,
    max(coalesce(decided.artistCount, 0)) as artistCount,
    min(releases.firstReleaseDate) as firstReleaseDate,
    max(releases.firstReleaseDate) as lastReleaseDate
from told
inner join {{ ref('hub_music__svc_dim_releases') }} as releases on releases.releaseId = told.releaseId
left join decided on decided.labelId = told.labelId
group by told.labelId
