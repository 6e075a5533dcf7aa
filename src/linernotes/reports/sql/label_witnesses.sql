-- Who says that a release is on a label: the values of the release, and editions that do not decide whose it is. The newest
-- release first.
with told as (
    select releaseId, provider, confidence, retrievedAt, licence, evidence, false as byEdition
    from {hub}.hub_music__svc_release_values
    where field = 'labelId' and value = $label
    union all
    select
        editions.releaseId,
        'musicbrainz_releases',
        null,
        editions.retrievedAt,
        null,
        'https://musicbrainz.org/release/' || editions.editionId,
        true
    from {hub}.hub_music__svc_bridge_release_labels as editions
    where editions.labelId = $label
),

once as (
    select *
    from told
    qualify row_number() over (partition by releaseId, provider order by byEdition, evidence) = 1
)

select
    once.releaseId,
    releases.title,
    releases.artistName,
    releases.firstReleaseDate,
    once.provider,
    once.confidence,
    not once.byEdition and coalesce(releases.labelSource = once.provider and releases.labelId = $label, false) as counts,
    case
        when once.byEdition and releases.label is null then 'the label of an edition that does not decide; no label is known'
        when once.byEdition then 'the label of an edition that does not decide; the label is ' || releases.label
        when releases.labelSource != once.provider then releases.labelSource || ' comes first, with ' || releases.label
    end as reason,
    once.retrievedAt,
    once.licence,
    once.evidence
from once
inner join {hub}.hub_music__svc_dim_releases as releases on releases.releaseId = once.releaseId
order by releases.firstReleaseDate desc nulls last, releases.title, once.releaseId, once.provider
