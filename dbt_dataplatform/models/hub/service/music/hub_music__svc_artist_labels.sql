-- The label of each artist by the method that is set: that of its latest release that tells one, or the most frequent one.
with policies as (
    select max(method) as method, max(perArtist) as perArtist
    from {{ ref('lake_ops__stg_provider_policies') }}
    where provider = 'musicbrainz_releases'
),

told as (
    select
        works.artistId, works.place, works.confidence, policies.method, releases.releaseId, releases.title,
        releases.firstReleaseDate, label, labelId, labelKind, labelSource, labelRetrievedAt
    from {{ ref('hub_music__int_release_groups') }} as works
    inner join {{ ref('hub_music__svc_dim_releases') }} as releases on releases.releaseId = works.releaseId
    cross join policies
    where label is not null and place is not null and (method = 'latest_release' or place <= perArtist)
    qualify method != 'latest_release' or row_number() over (partition by works.artistId order by place nulls last) = 1
),

counted as (
    select
        *,
        count(*) over (partition by artistId, coalesce(labelId, label)) as votes,
        count(*) over (partition by artistId) as releases
    from told
)

select
    artistId, label as principalLabel, labelId, labelKind, method, votes, releases, place, releaseId, title, firstReleaseDate,
    round(confidence * case
        when method = 'latest_release' then if(place = 1, 0.9e0, 0.7e0)
        when releases < 3 then 0.5e0
        else votes / releases
    end, 4) as confidence,
    labelSource as provider, labelRetrievedAt as retrievedAt, 'https://musicbrainz.org/release-group/' || releaseId as evidence
from counted
qualify row_number() over (partition by artistId order by votes desc nulls last, place nulls last) = 1
