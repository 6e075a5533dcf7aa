{{ config(cluster_by=['trackId', 'scheme']) }}

-- A track that was played from several albums has several; the surest and most played one stands first, and is asked about.
with told as (
    select trackId, scheme, id, confidence, evidence, provider, playCount
    from {{ ref('hub_music__int_track_ids_told') }}
    where id is not null
    union all
    select trackId, 'recordingMbid', recordingMbid, confidence, evidence, 'musicbrainz_recordings', 0
    from {{ ref('hub_music__int_recordings_matched') }}
),

once as (
    select *, sum(playCount) over (partition by trackId, scheme, id) as plays
    from told
    qualify row_number() over (
        partition by trackId, scheme, id order by confidence desc nulls last, provider nulls last, evidence nulls last
    ) = 1
)

select
    trackId, scheme, id,
    row_number() over (
        partition by trackId, scheme order by confidence desc nulls last, plays desc nulls last, id nulls last
    ) as place,
    count(*) over (partition by scheme, id) > 1 as shared,
    confidence, evidence, provider
from once
