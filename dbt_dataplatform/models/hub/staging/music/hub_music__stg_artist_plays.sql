-- Of those whose ids plays tell, and of those whom names on plays mean; a track is the one or the other.
with guests as (
    select artist.id as artistId, {{ newest('artist.name', by=['playId']) }} as artistName
    from {{ ref('lake_spotify__stg_recently_played') }} as plays
    cross join unnest(plays.artists) as artist
    group by artist.id
),

credits as (
    select artistId, if(artistKey = '', null, artistName) as artistName, false as waiting, playCount, msPlayed, firstPlayedAt, lastPlayedAt, firstImportedAt
    from {{ ref('hub_music__stg_credited_names') }}
    union all
    select
        coalesce(artistId, 'name:' || nameHash) as artistId, artistName, coalesce(why, '') = 'waiting' as waiting, playCount, msPlayed, firstPlayedAt, lastPlayedAt, firstImportedAt
    from {{ ref('hub_music__stg_name_resolutions') }}
)

select
    credits.artistId,
    coalesce(max(guests.artistName), {{ newest('credits.artistName', by=['lastPlayedAt', 'credits.artistName']) }}) as artistName,
    max(if(waiting, 1, 0)) = 1 as waiting,
    {{ summed_plays() }},
    min(firstImportedAt) as firstImportedAt
from credits
left join guests on guests.artistId = credits.artistId
group by credits.artistId
