-- Albums as plays name them, so a track that was played from several is on each of them. Copies of plays do not count, but an
-- album that only they name is one.
{%- set newest_first = ['lastPlayedAt', 'playId'] %}
with plays as (
    select
        plays.albumId, plays.albumName, mentions.trackId, tracks.artistName, tracks.artistId, plays.playId,
        if(plays.duplicate or not plays.listened, 0, 1) as playCount,
        if(plays.duplicate or not plays.listened, 0, coalesce(plays.msPlayed, 0)) as msPlayed,
        plays.playedAt as firstPlayedAt, plays.playedAt as lastPlayedAt
    from {{ ref('hub_music__int_plays_deduplicated') }} as plays
    inner join {{ ref('hub_music__int_tracks') }} as mentions on mentions.mentionId = plays.mentionId
    left join {{ ref('hub_music__svc_dim_tracks') }} as tracks on tracks.trackId = mentions.trackId
    where plays.albumId is not null
)

select
    albumId,
    {{ newest('albumName', by=newest_first) }} as albumName,
    {{ newest('artistName', by=newest_first) }} as artistName,
    {{ newest('artistId', by=newest_first) }} as artistId,
    count(distinct trackId) as trackCount,
    {{ summed_plays() }}
from plays
group by albumId
