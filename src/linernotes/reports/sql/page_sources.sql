-- Who told what of the artists of a period, for the licences.
with heard as (
    select distinct artistId
    from {hub}.hub_music__svc_fact_plays
    where listened and coalesce(startedAt, playedAt) >= $since and coalesce(startedAt, playedAt) < $until
),

told as (
    select genresSource, countrySource, beginYearSource, principalLabelSource, lastfmListenersSource, listenerCountSource
    from heard
    inner join {hub}.hub_music__svc_dim_artists as known on known.artistId = heard.artistId
)

select distinct 'genres' as field, genresSource as provider from told where genresSource is not null
union all
select distinct 'country' as field, countrySource as provider from told where countrySource is not null
union all
select distinct 'decade' as field, beginYearSource as provider from told where beginYearSource is not null
union all
select distinct 'label' as field, principalLabelSource as provider from told where principalLabelSource is not null
union all
select distinct 'lastfmListeners' as field, lastfmListenersSource as provider from told where lastfmListenersSource is not null
union all
select distinct 'listenerCount' as field, listenerCountSource as provider from told where listenerCountSource is not null
union all
select distinct 'neighbours' as field, provider
from {hub}.hub_music__svc_bridge_artist_similar
