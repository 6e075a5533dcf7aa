-- One question per name: the most played track that is not known to be gone, the next one only after that. A name that
-- plays with ids have resolved needs none; one whose tracks are all gone waits for the first of them.
with questions as (
    select tracks.*, names.artistName, names.nameHash, names.discoveredAt, names.playCount as namePlays
    from {{ ref('hub_music__stg_name_tracks') }} as tracks
    inner join {{ ref('hub_music__stg_play_names') }} as names on names.artistKey = tracks.artistKey
    left join {{ ref('hub_music__stg_known_names') }} as carried
        on carried.artistKey = tracks.artistKey and carried.method = 'carried' and carried.artists = 1
    where carried.artistKey is null or tracks.found
    qualify row_number() over (
        partition by tracks.artistKey order by tracks.found desc nulls last, tracks.gone nulls last, tracks.place nulls last
    ) = 1
)
{% set most_played = ['namePlays', 'artistKey'] %}
select
    policies.provider, policies.entity, questions.trackKey as key, 'name:' || {{ newest('nameHash', by=most_played) }} as artistId,
    {{ newest('artistName', by=most_played) }} as artistName, cast(null as string) as mbid,
    cast(sum(namePlays) as int64) as playCount, min(discoveredAt) as discoveredAt
from questions
inner join {{ ref('lake_ops__stg_provider_policies') }} as policies on policies.entity = 'track'
group by policies.provider, policies.entity, questions.trackKey
