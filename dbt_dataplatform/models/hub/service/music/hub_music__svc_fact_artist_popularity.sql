-- Every retrieval that was kept, not only the newest. A page that is not surely the artist's has no history here either.
{%- set histories = [
    ('spotify', 'artist_enrichment', 'artistId', 'enrichedAt', [('popularity', 'popularity'), ('followers', 'followerCount')]),
    ('apify', 'monthly_listeners', 'artistId', 'retrievedAt', [('monthlyListeners', 'monthlyListeners')]),
    ('lastfm', 'artist_info', 'lastfmUrl', 'retrievedAt', [('lastfmListeners', 'listeners')]),
    ('listenbrainz', 'artist_metadata', 'mbid', 'retrievedAt', [('listenerCount', 'listenerCount')]),
    ('deezer', 'artists', 'deezerId', 'retrievedAt', [('fans', 'fans')]),
] %}
with known as (
    select
        artistId, artistId as spotify, artistId as apify, mbid as listenbrainz, lastfmUrl as lastfm,
        if(pages.field is null, null, deezerId) as deezer
    from {{ ref('hub_music__svc_artist_identities') }} as artists
    left join {{ ref('hub_music__stg_facts_deezer') }} as pages using (artistId)
),

told as (
    {%- for provider, dataset, key, instant, metrics in histories %}{% set last = loop.last %}
    {%- for metric, column in metrics %}
    select known.artistId, '{{ metric }}' as metric, answers.{{ column }} * 1e0 as value, '{{ provider }}' as provider, answers.{{ instant }} as retrievedAt
    from {{ source(provider, dataset) }} as answers
    inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = answers._fileHash
    inner join known on known.{{ provider }} = answers.{{ key }}
    where answers.{{ column }} is not null
    {{- ' union all' if not (loop.last and last) }}
    {%- endfor %}
    {%- endfor %}
)

select artistId, metric, max(value) as value, provider, retrievedAt  -- a file copied by hand brings nothing new
from told
group by artistId, metric, provider, retrievedAt
