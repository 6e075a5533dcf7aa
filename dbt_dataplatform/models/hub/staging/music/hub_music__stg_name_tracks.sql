-- The tracks by which a name can be found: the most played ones, and what Spotify has said of them.
select
    tracks.*,
    answers.enrichedAt is not null as found,
    answers.enrichedAt is null and coalesce(answers.missOutcome, '') = 'not_found' as gone
from {{ ref('hub_music__stg_name_candidates') }} as tracks
left join {{ ref('hub_music__stg_enrichment_answers') }} as answers
    on answers.provider = 'spotify_tracks' and answers.entity = 'track' and answers.key = tracks.trackKey
