-- Every artist that plays, lists or files of records brought. An artist whom only our own questions brought to light, and
-- whom nothing points to any more, is none.
with records as (  -- files of records can be copied in, of artists that nobody played or imported: no run here wrote them
    select attempts.key as artistId, min(attempts.attemptedAt) as firstEnrichedAt
    from {{ ref('lake_ops__stg_attempts') }} as attempts
    left join {{ source('ops', 'runs') }} as runs on runs.runId = attempts.runId
    where
        provider = 'spotify' and entity = 'artist' and outcome = 'found'
        and (attempts.stampedAt is null or runs.runId is null)
    group by attempts.key
),

known as (
    select
        artistId, method, evidence,
        coalesce(plays.artistName, roster.artistName) as artistName, coalesce(plays.nameKey, roster.nameKey) as nameKey,
        playCount, msPlayed, firstPlayedAt, lastPlayedAt,
        coalesce(
            least(roster.firstImportedAt, plays.firstImportedAt), roster.firstImportedAt, plays.firstImportedAt
        ) as firstImportedAt
    from {{ ref('hub_music__int_artists_listed') }} as roster
    full join {{ ref('hub_music__int_artist_plays') }} as plays using (artistId)
)

select
    artistId,
    artistName,
    nameKey,
    method,
    evidence,
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
