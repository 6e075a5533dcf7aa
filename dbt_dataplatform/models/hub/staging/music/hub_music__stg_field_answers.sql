-- Every retrieval, not only the newest, and whether it filled what the facts are made of. Last.fm's genres are its tags.
{%- set asked = [
    ('spotify', 'artist_enrichment', 'enrichedAt',
        [('name', 'artistName', 'word'), ('genres', 'genres', 'list'), ('popularity', 'popularity', 'number'), ('followerCount', 'followerCount', 'number')]),
    ('musicbrainz', 'artist_links', 'retrievedAt', [('mbid', 'mbid', 'word')]),
    ('listenbrainz', 'artist_metadata', 'retrievedAt',
        [('type', 'type', 'word'), ('country', 'area', 'word'), ('beginYear', 'beginYear', 'number'), ('tags', 'tags', 'list'),
         ('genres', 'tags', 'genres'), ('listenCount', 'listenCount', 'number'), ('listenerCount', 'listenerCount', 'number')]),
    ('wikidata', 'artist_facts', 'retrievedAt',
        [('mbid', 'mbids', 'list'), ('country', 'countries', 'list'), ('genres', 'genres', 'list'),
         ('principalLabel', 'labels', 'list'), ('management', 'management', 'list')]),
    ('lastfm', 'artist_info', 'retrievedAt',
        [('lastfmUrl', 'lastfmUrl', 'word'), ('lastfmListeners', 'listeners', 'number'), ('lastfmPlaycount', 'playcount', 'number'), ('tags', 'tags', 'list')]),
    ('deezer', 'artists', 'retrievedAt', [('fans', 'fans', 'number')]),
    ('apify', 'monthly_listeners', 'retrievedAt', [('monthlyListeners', 'monthlyListeners', 'number')]),
] -%}
{%- set filled = {
    'word': "answers.COLUMN != ''",
    'number': 'answers.COLUMN is not null',
    'list': 'array_length(answers.COLUMN) > 0',
    'genres': 'exists (select 1 from unnest(answers.COLUMN) as item where item.isGenre)',
} -%}
{%- for provider, dataset, instant, fields in asked %}{% set last = loop.last %}
{%- for field, column, kind in fields %}
select
    '{{ provider }}' as provider,
    '{{ field }}' as field,
    cast({{ held_back('answers.' ~ instant) }} as date) as day,
    count(*) as answers,
    count(if({{ filled[kind].replace('COLUMN', column) }}, 1, null)) as filled
from {{ source(provider, dataset) }} as answers
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = answers._fileHash
group by day
{{- ' union all' if not (loop.last and last) }}
{%- endfor %}
{%- endfor %}
