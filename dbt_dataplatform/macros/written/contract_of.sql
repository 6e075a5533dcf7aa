{#- Written by scripts/write_sources.py from configs/datasets/: what answers are keyed and dated by. -#}
{% macro contract_of(provider, dataset) -%}
    {{- return({
        'spotify/artist_enrichment': {'key': ['artistId'], 'instant': 'enrichedAt', 'arrays': ['genres', 'images']},
    }[provider ~ '/' ~ dataset]) }}
{%- endmacro %}
