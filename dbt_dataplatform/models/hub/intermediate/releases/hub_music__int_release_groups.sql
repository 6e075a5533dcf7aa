-- What artists have released, and the order in which it decides their labels: the newest first, without what is still to
-- come, what others are credited on first, live albums and other by-products, and editions of a work that is there too.
{%- set orderDate = "substr(firstReleaseDate || '-99-99', 1, 10)" %}
{%- set first = 'titleKey = workKey and not isByProduct and firstReleaseDate is not null' %}
with answered as (
    select key as releaseId
    from {{ ref('lake_ops__stg_attempts') }} where provider = 'musicbrainz_releases' and outcome != 'failed'
    group by key
),

told as (
    select
        ids.artistId, listed.releaseGroupMbid as releaseId, listed.title as title, listed.titleKey as titleKey,
        listed.workKey as workKey, listed.artistName as artistName, listed.firstReleaseDate as firstReleaseDate,
        coalesce(known.primaryType, listed.type) as releaseType, ids.confidence, answers.retrievedAt,
        coalesce(listed.artistMbid in (answers.mbid, coalesce(answers.matchedMbid, answers.mbid)), true) as isOwn,
        coalesce(array_length(listed.secondaryTypes), 0) + coalesce(array_length(known.secondaryTypes), 0) > 0 as isByProduct,
        {{ least_item('known.releases', 'item.upc') }} as upc,
        answered.releaseId is not null as answered, {{ any_item('known.labels', 'item.labelKind != \'unknown\'') }} as labelled
    from {{ ref('lake_listenbrainz_releases__stg_release_groups') }} as answers
    inner join {{ ref('hub_music__svc_artist_ids') }} as ids on ids.scheme = 'mbid' and ids.id = answers.mbid
    cross join unnest(answers.releaseGroups) as listed
    left join {{ ref('lake_musicbrainz_releases__stg_releases') }} as known on known.releaseGroupMbid = listed.releaseGroupMbid
    left join answered on answered.releaseId = listed.releaseGroupMbid
    qualify row_number() over (partition by artistId, listed.releaseGroupMbid order by firstReleaseDate nulls last) = 1
),

works as (
    select
        *,
        releaseType in ('Album', 'EP', 'Single') and isOwn and not isByProduct
        and firstReleaseDate <= substr(cast(cast({{ now_utc() }} as date) as string), 1, length(firstReleaseDate))
        and (titleKey = workKey or count(if({{ first }}, 1, null)) over (partition by artistId, workKey) = 0) as decides
    from told
)

select
    artistId, releaseId, title, releaseType, artistName, firstReleaseDate, workKey, isOwn, upc, answered, labelled, confidence, retrievedAt,
    if(decides, row_number() over (partition by artistId, decides order by {{ orderDate }} desc nulls last, releaseId nulls last), null) as place
from works
