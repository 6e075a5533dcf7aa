-- Who is credited on a track: by its own ids, else by the names of track and artist, else by the artist's name alone where
-- at most one artist is known to bear it, else nobody: names that stand for many, those that several bear, and tracks of
-- which different artists are told.
with identified as (select * from {{ ref('hub_music__int_credits_by_id') }}),

agreed as (select * from {{ ref('hub_music__int_credits_agreed') }}),

others as (
    select mentions.mentionId, mentions.creditKey
    from {{ ref('hub_music__int_track_mentions') }} as mentions
    left join identified on identified.mentionId = mentions.mentionId and identified.position = 1
    left join agreed on agreed.mentionId = mentions.mentionId and agreed.artistId is not null and agreed.position = 1
    where identified.mentionId is null and agreed.mentionId is null and not nobodys
)

select
    mentionId, artistId, position, if(position = 1 or onAlbum, 'main', 'featured') as role, method, confidence, evidence, namesId
from identified
union all
select
    mentionId, artistId, position, if(position = 1, 'main', 'featured') as role, method, confidence, evidence,
    cast(null as string) as namesId
from agreed
where artistId is not null
union all
select
    others.mentionId,
    if(bearers.artistId is null, 'name:' || {{ dbt.hash('others.creditKey') }}, bearers.artistId) as artistId,
    1 as position,
    'main' as role,
    coalesce(bearers.method, 'unresolved') as method,
    case bearers.method when 'carried' then 0.7e0 when 'known_name' then 0.6e0 else 0e0 end as confidence,
    'https://open.spotify.com/artist/' || bearers.artistId as evidence,
    cast(null as string) as namesId
from others
left join agreed on agreed.mentionId = others.mentionId and agreed.position = 1
left join {{ ref('hub_music__int_names_borne') }} as bearers on bearers.nameKey = others.creditKey
where agreed.mentionId is null and coalesce(bearers.artists, 1) = 1
