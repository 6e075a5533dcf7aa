-- How often each artist who is credited on a track was played. Whoever is the main artist is called as plays have it.
select
    credits.artistId,
    {{ newest('if(credits.position = 1, mentions.artistName, null)', by=['lastPlayedAt is not null', 'lastPlayedAt', 'credits.mentionId']) }} as artistName,
    max(if(credits.position = 1, mentions.creditKey, null)) as nameKey,
    max(if(credits.position = 1, credits.method, null)) as method,
    max(if(credits.position = 1, credits.evidence, null)) as evidence,
    {{ summed_plays() }},
    min(firstImportedAt) as firstImportedAt
from {{ ref('hub_music__int_track_credits') }} as credits
inner join {{ ref('hub_music__int_track_mentions') }} as mentions on mentions.mentionId = credits.mentionId
group by credits.artistId
