-- Whom a name means; what is not resolved yet stays here with the reason.
with questions as (
    select artistKey, max(if(enabled and not found and not gone, 1, 0)) as open, max(if(found, 1, if(enabled, 0, null))) as found
    from {{ ref('hub_music__stg_name_questions') }} group by artistKey
),

links as (  -- MusicBrainz ids that nobody has been asked about yet: their artists may link to Spotify
    select names.artistKey
    from {{ ref('hub_music__stg_name_mbids') }} as names
    inner join {{ ref('lake_ops__stg_provider_policies') }} as policies on policies.provider = 'listenbrainz' and policies.enabled
    left join {{ ref('hub_music__stg_enrichment_answers') }} as answers
        on answers.provider = policies.provider and answers.entity = policies.entity and answers.key = names.mbid
    where answers.key is null
),

namesakes as (
    select artistKey, max(artists) as artists from {{ ref('hub_music__stg_known_names') }} group by artistKey
)

select
    names.*,
    ways.artistId,
    coalesce(ways.method, 'unresolved') as method,
    coalesce(ways.confidence, 0e0) as confidence,
    ways.evidence,
    case
        when ways.artistId is not null then null
        when questions.open = 1 or links.artistKey is not null then 'waiting'
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
left join links on links.artistKey = names.artistKey
left join namesakes on namesakes.artistKey = names.artistKey
