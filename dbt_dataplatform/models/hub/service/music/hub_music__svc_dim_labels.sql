-- Labels of releases that were asked about, also those of editions that do not decide whose a release is, and those that
-- services beside MusicBrainz tell.
with told as (
    select
        labelId, labelName, labelKey, releaseId, retrievedAt
    from {{ ref('hub_music__svc_bridge_release_labels') }}
    where labelId is not null
    union all
    select
        ids.value as labelId, names.value as labelName, if(starts_with(ids.value, 'name:'), substr(ids.value, 6), null) as labelKey,
        ids.releaseId, ids.retrievedAt
    from {{ ref('hub_music__svc_release_values') }} as ids
    inner join {{ ref('hub_music__svc_release_values') }} as names
        on names.releaseId = ids.releaseId and names.provider = ids.provider and names.field = 'label'
    where ids.field = 'labelId' and ids.provider != 'musicbrainz_releases'
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
    {{ newest('labelKey', by=['labelKey is not null', 'told.retrievedAt', 'labelName']) }} as labelKey,
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
