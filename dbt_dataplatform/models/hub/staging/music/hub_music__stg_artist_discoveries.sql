with records as (  -- files of records can be copied in by hand, of artists that nobody played or imported
    select key as artistId, min(attemptedAt) as firstEnrichedAt
    from {{ ref('lake_ops__stg_attempts') }}
    where provider = 'spotify' and entity = 'artist' and outcome = 'found'
    group by key
)

select
    artistId,
    coalesce(plays.artistName, roster.artistName) as artistName,
    coalesce(playCount, 0) as playCount,
    firstPlayedAt,
    lastPlayedAt,
    firstImportedAt,
    coalesce(
        greatest(coalesce(firstImportedAt, firstPlayedAt), coalesce(firstPlayedAt, firstImportedAt)), firstEnrichedAt
    ) as discoveredAt
from {{ ref('lake_roster__stg_artists') }} as roster
full join {{ ref('hub_music__stg_artist_plays') }} as plays using (artistId)
full join records using (artistId)
