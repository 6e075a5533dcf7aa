-- The tracks by which a name can be found: the most played ones, and what Spotify has said of them.
with placed as (
    select
        artistKey, substr(trackUri, 15) as trackKey, playCount,
        row_number() over (partition by artistKey order by playCount desc nulls last, trackId nulls last) as place
    from {{ ref('hub_music__stg_tracks') }}
    where credited is null and trackUri is not null and not {{ stands_for_many('artistKey') }}
)

select
    placed.artistKey,
    placed.trackKey,
    placed.playCount,
    placed.place,
    answers.enrichedAt is not null as found,
    answers.enrichedAt is null and coalesce(answers.missOutcome, '') = 'not_found' as gone
from placed
left join {{ ref('hub_music__stg_enrichment_answers') }} as answers
    on answers.provider = 'spotify_tracks' and answers.entity = 'track' and answers.key = placed.trackKey
where place <= {{ var('tracks_per_name') }}
