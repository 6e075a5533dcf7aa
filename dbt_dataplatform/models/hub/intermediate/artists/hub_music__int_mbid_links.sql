-- The links that count: those that are told, and of an artist whose id a person has set that id alone.
with settled as (
    select artistId, lower(id) as mbid, note, setAt
    from {{ ref('lake_manual__stg_identities') }}
    where scheme = 'mbid'
)

select told.artistId, told.mbid, told.method, told.provider, told.nameKey, told.evidence, told.retrievedAt
from {{ ref('hub_music__int_mbid_links_told') }} as told
left join settled on settled.artistId = told.artistId
where settled.artistId is null
union all
select
    settled.artistId, coalesce(redirects.canonicalMbid, settled.mbid) as mbid, 'manual' as method, 'manual' as provider,
    cast(null as string) as nameKey, settled.note as evidence, settled.setAt as retrievedAt
from settled
left join {{ ref('hub_music__int_mbid_redirects') }} as redirects on redirects.mbid = settled.mbid
