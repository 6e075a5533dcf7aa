-- Artists by what is known of them: an answer of any service is data, whatever Spotify said.
with described as (
    select artistId
    from {hub}.hub_music__svc_artist_facts
    group by artistId
)

select
    count(*) as artists,
    count(described.artistId) as enriched,
    coalesce(sum(case when described.artistId is null and enrichmentStatus = 'not_found' then 1 else 0 end), 0) as notFound,
    coalesce(sum(case when described.artistId is null and enrichmentStatus = 'failed' then 1 else 0 end), 0) as failed,
    coalesce(
        sum(
            case
                when described.artistId is null and enrichmentStatus = 'pending' and artists.artistId like 'name:%' then 1
                else 0
            end
        ), 0
    ) as unresolved
from {hub}.hub_music__svc_dim_artists as artists
left join described on described.artistId = artists.artistId
