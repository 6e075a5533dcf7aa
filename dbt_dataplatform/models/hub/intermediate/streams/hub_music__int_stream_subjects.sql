-- What imported files are about, as they name it: artists, tracks, releases, videos and campaigns.
with told as (
    select
        subjectId, source, spotifyTrackId, isrc, artistName, artistKey, trackName as title, titleKey,
        case when grain = 'video_period' then 'video' when trackName is null then 'artist' else 'track' end as kind
    from {{ ref('lake_streams__stg_metrics') }}
    union all
    select
        subjectId, source, null, isrc, artistName, artistKey, coalesce(trackName, releaseName), titleKey,
        if(trackName is null, 'release', 'track')
    from {{ ref('lake_streams__stg_sales') }}
    union all
    select subjectId, source, null, null, null, null, campaignName, campaignKey, 'campaign'
    from {{ ref('lake_streams__stg_campaigns') }}
)

select
    subjectId,
    min(kind) as kind,
    min(source) as source,
    max(spotifyTrackId) as spotifyTrackId,
    max(isrc) as isrc,
    max(artistName) as artistName,
    max(artistKey) as artistKey,
    max(title) as title,
    max(titleKey) as titleKey,
    count(*) as lineCount
from told
group by subjectId
