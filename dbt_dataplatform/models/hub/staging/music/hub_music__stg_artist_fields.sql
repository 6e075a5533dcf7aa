{%- set fields = [
    ('genres', 'list'),
    ('popularity', 'int64'),
    ('followerCount', 'int64'),
    ('mbid', 'string'),
    ('type', 'string'),
    ('country', 'string'),
    ('beginYear', 'int64'),
    ('tags', 'list'),
    ('monthlyListeners', 'int64'),
    ('listenerCount', 'int64'),
    ('listenCount', 'int64'),
    ('lastfmListeners', 'int64'),
    ('lastfmPlaycount', 'int64'),
    ('lastfmUrl', 'string'),
    ('fans', 'int64'),
    ('principalLabel', 'string'),
    ('management', 'string'),
] -%}
select
    artistId,
    {{ side_by_side(fields) }}
from {{ ref('hub_music__stg_artist_winners') }}
group by artistId
