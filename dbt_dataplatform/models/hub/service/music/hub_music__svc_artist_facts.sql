with facts as (
    {%- for provider in ['spotify', 'identity', 'listenbrainz', 'wikidata', 'lastfm', 'deezer', 'apify', 'genres'] %}
    select * from {{ ref('hub_music__stg_facts_' ~ provider) }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select facts.*, policies.licence
from facts
left join {{ ref('lake_ops__stg_provider_policies') }} as policies
    on policies.provider = facts.provider and policies.entity = 'artist'
