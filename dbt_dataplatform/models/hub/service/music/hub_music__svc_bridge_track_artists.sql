{{ config(cluster_by=['trackId', 'artistId']) }}

with credits as (
    select tracks.trackId, credits.*
    from {{ ref('hub_music__int_track_credits') }} as credits
    inner join {{ ref('hub_music__int_tracks') }} as tracks on tracks.mentionId = credits.mentionId
),

once as (
    select *
    from credits
    qualify row_number() over (
        partition by trackId, artistId
        order by confidence desc nulls last, position nulls last, method nulls last, mentionId nulls last
    ) = 1
)

select
    trackId,
    artistId,
    role,
    row_number() over (
        partition by trackId order by role = 'main' desc nulls last, position nulls last, artistId nulls last
    ) as position,
    method,
    confidence,
    evidence
from once
