-- Whom a name means; what is not resolved yet stays here with the reason.
with questions as (
    select artistKey, max(if(enabled and not found and not gone, 1, 0)) as open, max(if(found, 1, if(enabled, 0, null))) as found
    from {{ ref('hub_music__stg_name_questions') }}
    group by artistKey
),

namesakes as (
    select artistKey, max(artists) as artists
    from {{ ref('hub_music__stg_known_names') }}
    group by artistKey
)

select
    names.*,
    ways.artistId,
    coalesce(ways.method, 'unresolved') as method,
    coalesce(ways.confidence, 0e0) as confidence,
    ways.evidence,
    case
        when ways.artistId is not null then null
        when questions.open = 1 then 'waiting'
        when {{ stands_for_many('names.artistKey') }} then 'stands_for_many'
        when namesakes.artists > 1 then 'several_artists'
        when questions.artistKey is null then 'no_track'
        when questions.found is null then 'nobody_to_ask'
        when questions.found = 0 then 'tracks_not_found'
        else 'other_artists'
    end as why
from {{ ref('hub_music__stg_play_names') }} as names
left join {{ ref('hub_music__stg_name_ways') }} as ways on ways.artistKey = names.artistKey
left join questions on questions.artistKey = names.artistKey
left join namesakes on namesakes.artistKey = names.artistKey
