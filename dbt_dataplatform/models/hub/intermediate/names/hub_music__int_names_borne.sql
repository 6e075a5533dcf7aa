-- Which artists are known to bear a name: those credited under it, and those of an imported list. What a name alone told is
-- no evidence here, so a guess never confirms itself.
with bearers as (
    select creditKey as nameKey, artistId, 'carried' as method
    from {{ ref('hub_music__int_credits_by_id') }}
    where named and creditKey is not null
    union all
    select creditKey as nameKey, artistId, 'carried' as method
    from {{ ref('hub_music__int_credits_agreed') }}
    where position = 1 and artistId is not null
    union all
    select names.nameKey, names.artistId, 'known_name' as method
    from {{ ref('hub_music__int_artist_names') }} as names
    inner join {{ ref('lake_roster__stg_artists') }} as roster on roster.artistId = names.artistId
)

select
    nameKey,
    count(distinct artistId) as artists,
    max(artistId) as artistId,
    min(method) as method,
    {{ sorted_items('artistId') }} as candidates
from bearers
group by nameKey
