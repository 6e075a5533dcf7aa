-- Artists of whom no Spotify id is known while questions are open that may tell one.
with names as (
    select {{ dbt.hash('nameKey') }} as nameHash
    from {{ ref('hub_music__int_names_unresolved') }}
    where why = 'waiting'
)

select 'name:' || nameHash as artistId
from names
union all
select artists.artistId
from {{ ref('hub_music__int_artists_discovered') }} as artists
inner join {{ ref('lake_ops__stg_provider_policies') }} as policies
    on policies.provider = 'listenbrainz' and policies.entity = 'artist' and policies.enabled
left join {{ ref('hub_music__int_enrichment_answers') }} as answers
    on
        answers.provider = policies.provider and answers.entity = policies.entity
        and answers.key = substr(artists.artistId, 6)
where starts_with(artists.artistId, 'mbid:') and answers.key is null
