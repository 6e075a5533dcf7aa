-- Tracks of lists that people imported, in the columns of those that plays mention. An address is one track however it is
-- named: the one that plays have, else the one that some list names.
with requests as (
    select
        *,
        'requested ' || subject as mentionText,
        coalesce(
            max(creditKey || ' ' || titleKey) over (partition by coalesce(spotifyTrackId, subject)),
            'spotify:track:' || spotifyTrackId, subject
        ) as trackText
    from {{ ref('lake_requests__stg_tracks') }}
),

played as (
    select requests.spotifyTrackId, max(plays.namesId) as namesId
    from requests
    inner join {{ ref('hub_music__int_plays_deduplicated') }} as plays on plays.spotifyTrackId = requests.spotifyTrackId
    group by requests.spotifyTrackId
)

select
    {{ dbt.hash('mentionText') }} as mentionId,
    coalesce(played.namesId, {{ dbt.hash('trackText') }}) as namesId,
    titleKey, creditKey, artistName, trackName,
    cast(null as string) as albumId,
    albumName,
    requests.spotifyTrackId,
    isrc,
    cast(null as string) as credited,
    cast(null as string) as mbids,
    0 as playCount, 0 as msPlayed,
    cast(null as timestamp) as firstPlayedAt, cast(null as timestamp) as lastPlayedAt,
    firstImportedAt,
    loadSequence,
    coalesce(priority, 5) as requestPriority,
    refreshAt
from requests
left join played on played.spotifyTrackId = requests.spotifyTrackId
