-- How the plays of a period divide by where their first artists are from, by their labels, audience and decade. The row without a
-- name counts the plays for which that is unknown; ``place`` counts from 1 within each kind.
with heard as (
    select artistId, count(*) as plays
    from {hub}.hub_music__svc_fact_plays
    where
        listened
        and coalesce(startedAt, playedAt) >= $since
        and coalesce(startedAt, playedAt) < $until
        and coalesce(artistId, '') not in unnest($hidden)
    group by artistId
),

artists as (
    select
        plays,
        heard.artistId,
        artistName,
        country,
        principalLabel,
        lastfmListeners,
        listenerCount,
        if(type in ('Person', 'Group'), type, null) as kindOf,
        cast(cast(floor(beginYear / 10) as int64) * 10 as string) as decade
    from heard
    left join {hub}.hub_music__svc_dim_artists as known on known.artistId = heard.artistId
),

named as (
    select 'country' as kind, country as name, plays, artistId, artistName from artists
    union all
    select 'label' as kind, principalLabel as name, plays, artistId, artistName from artists
    union all
    select 'Person' as kind, decade as name, plays, artistId, artistName from artists where kindOf = 'Person'
    union all
    select 'Group' as kind, decade as name, plays, artistId, artistName from artists where kindOf = 'Group'
    union all
    select 'decade' as kind, if(kindOf is null, null, decade) as name, plays, artistId, artistName from artists
    union all
    select
        'lastfmListeners' as kind,
        cast(cast(floor(log10(nullif(lastfmListeners, 0))) as int64) as string) as name,
        plays,
        artistId,
        artistName
    from artists
    union all
    select
        'listenerCount' as kind,
        cast(cast(floor(log10(nullif(listenerCount, 0))) as int64) as string) as name,
        plays,
        artistId,
        artistName
    from artists
),

numbered as (
    select
        kind,
        name,
        plays,
        artistName,
        row_number() over (partition by kind, name order by plays desc, artistName nulls last, artistId nulls last) as number
    from named
),

counted as (
    select
        kind,
        name,
        cast(sum(plays) as int64) as plays,
        count(*) as artists,
        max(if(number = 1, artistName, null)) as topArtist
    from numbered
    group by kind, name
),

placed as (
    select *, row_number() over (partition by kind order by name is null desc, plays desc, name nulls first) as place
    from counted
)

select kind, name, plays, artists, topArtist, place
from placed
where place <= $shown
order by kind, place
