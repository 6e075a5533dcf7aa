-- The Spotify artist behind a MusicBrainz id, where there is one: as MusicBrainz links it, or among the links that
-- ListenBrainz tells.
{% set page = 'https://open.spotify.com/artist/' %}
with told as (
    select mbid, artistId
    from {{ ref('lake_musicbrainz__stg_artist_links') }}
    where mbid is not null and not coalesce(ambiguous, false)
    union all
    select answers.mbid, substr(link.url, {{ page | length + 1 }}, 22) as artistId
    from {{ ref('lake_listenbrainz__stg_artist_metadata') }} as answers
    cross join unnest(answers.links) as link
    where starts_with(link.url, '{{ page }}') and length(link.url) >= {{ page | length + 22 }}
)

select
    mbid,
    max(told.artistId) as artistId
from told
group by mbid
having count(distinct told.artistId) = 1
