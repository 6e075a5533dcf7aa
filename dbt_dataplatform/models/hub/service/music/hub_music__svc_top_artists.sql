-- The list is never empty: who has no score stands behind those who have one, by plays.
select
    row_number() over (order by opportunityScore desc nulls last, playCount desc nulls last, artists.artistId nulls last) as rank,
    artists.artistId,
    artistName,
    monthlyListeners,
    principalLabel,
    case
        when principalLabel = 'Self-released' then 'self_released'
        when principalLabel is not null then 'on_label'
        else coalesce(labels.status, 'no_id')
    end as labelStatus,
    if(principalLabel is null, labels.formerLabel, null) as formerLabel,
    management,
    opportunityScore,
    scoreVersion,
    coalesce(spotifyUrl, if(instr(artists.artistId, ':') > 0, null, 'https://open.spotify.com/artist/' || artists.artistId)) as spotifyUrl
from {{ ref('hub_music__svc_dim_artists') }} as artists
inner join {{ ref('hub_music__svc_artist_scores') }} as scores on scores.artistId = artists.artistId
left join {{ ref('hub_music__int_label_states') }} as labels on labels.artistId = artists.artistId
