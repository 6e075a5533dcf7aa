{% set most_played = ['names.playCount', 'names.artistKey'] -%}
select
    questions.provider,
    questions.entity,
    questions.key,
    'name:' || {{ newest('names.nameHash', by=most_played) }} as artistId,
    {{ newest('names.artistName', by=most_played) }} as artistName,
    {{ newest('questions.trackName', by=most_played) }} as trackName,
    cast(null as string) as mbid,
    cast(sum(names.playCount) as int64) as playCount,
    min(names.discoveredAt) as discoveredAt
from {{ ref('hub_music__stg_name_questions') }} as questions
inner join {{ ref('hub_music__stg_play_names') }} as names on names.artistKey = questions.artistKey
group by questions.provider, questions.entity, questions.key
