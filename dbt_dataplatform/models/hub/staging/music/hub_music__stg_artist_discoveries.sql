with records as (  -- files of records can be copied in by hand, of artists that nobody played or imported
    select key as artistId, min(attemptedAt) as firstEnrichedAt
    from {{ ref('lake_ops__stg_attempts') }}
    where provider = 'spotify' and entity = 'artist' and outcome = 'found'
    group by key
),

known as (
    select
        artistId, waiting, coalesce(plays.artistName, roster.artistName) as artistName, playCount, msPlayed, firstPlayedAt, lastPlayedAt,
        coalesce(least(roster.firstImportedAt, plays.firstImportedAt), roster.firstImportedAt, plays.firstImportedAt) as firstImportedAt
    from {{ ref('lake_roster__stg_artists') }} as roster
    full join {{ ref('hub_music__stg_artist_plays') }} as plays using (artistId)
)

select
    artistId,
    starts_with(artistId, 'name:') as nameOnly,
    coalesce(waiting, false) as waiting,
    artistName,
    coalesce(playCount, 0) as playCount,
    coalesce(msPlayed, 0) as msPlayed,
    firstPlayedAt,
    lastPlayedAt,
    firstImportedAt,
    coalesce(
        greatest(coalesce(firstImportedAt, firstPlayedAt), coalesce(firstPlayedAt, firstImportedAt)), firstEnrichedAt
    ) as discoveredAt
from known
full join records using (artistId)
