-- Whom each name on plays means. One that means several artists is told of as unresolved here: their tracks tell them apart.
with credited as (
    select
        mentions.creditKey as artistKey,
        mentions.artistName,
        mentions.playCount,
        mentions.msPlayed,
        mentions.firstPlayedAt,
        mentions.lastPlayedAt,
        credits.*
    from {{ ref('hub_music__int_track_mentions') }} as mentions
    left join {{ ref('hub_music__int_track_credits') }} as credits
        on credits.mentionId = mentions.mentionId and credits.position = 1 and credits.method != 'unresolved'
    where mentions.credited is null and mentions.creditKey is not null
),

named as (
    select
        artistKey,
        {{ newest('artistName', by=['playCount', 'lastPlayedAt']) }} as artistName,
        count(distinct artistId) as artists,
        max(artistId) as artistId,
        {{ newest('method', by=['-confidence', 'method']) }} as method,
        min(confidence) as confidence,
        max(evidence) as evidence,
        cast(sum(playCount) as int64) as playCount,
        cast(sum(msPlayed) as int64) as msPlayed
    from credited
    group by artistKey
)

select
    artistKey, artistName,
    if(artists = 1, artistId, null) as artistId,
    if(artists = 1, method, 'unresolved') as method,
    if(artists = 1, confidence, 0e0) as confidence,
    if(artists = 1, evidence, null) as evidence,
    playCount, msPlayed
from named
