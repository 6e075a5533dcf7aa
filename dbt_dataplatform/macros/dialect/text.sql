{#- A name as it is compared: core/names.py in SQL, as far as the engine goes. tests/core/names.csv has the cases, and
    names those that differ: DuckDB has no NFKC. -#}
{% macro folded(text) -%}
    {{ adapter.dispatch('folded', 'dataplatform')(text) }}
{%- endmacro %}

{% macro duckdb__folded(text) -%}
    {%- set lower_case = namespace(text=words_of("trim(lower(" ~ text ~ "))")) -%}
    {%- for letter, same in [('ı', 'i'), ('ё', 'е'), ('ς', 'σ'), ('ß', 'ss')] -%}
        {%- set lower_case.text = "replace(" ~ lower_case.text ~ ", '" ~ letter ~ "', '" ~ same ~ "')" -%}
    {%- endfor -%}
    if(
        regexp_matches({{ text }}, '[\p{L}\p{N}]'),
        regexp_replace(
            {#- strip_accents takes vowel signs and sound marks for accents, so it gets Latin and Greek names only #}
            if(
                regexp_matches({{ text }}, '[^\p{Latin}\p{Greek}\p{Common}\p{Inherited}]'),
                nfc_normalize({{ lower_case.text }}),
                strip_accents({{ lower_case.text }})
            ),
            '{{ unfolded() }}', '', 'g'
        ),
        regexp_replace(lower({{ text }}), '[\s\x{FE00}-\x{FE0F}]', '', 'g')
    )
{%- endmacro %}

{% macro bigquery__folded(text) -%}
    {%- set lower_case = words_of("trim(normalize_and_casefold(" ~ text ~ ", nfkc))") -%}
    if(
        regexp_contains({{ text }}, r'[\p{L}\p{N}]'),
        regexp_replace(
            normalize(regexp_replace(normalize(translate({{ lower_case }}, 'ıё', 'iе'), nfd), r'([\p{Latin}\p{Greek}])\p{M}+', r'\1'), nfc),
            r'{{ unfolded() }}', ''
        ),
        regexp_replace(lower({{ text }}), r'[\s\x{FE00}-\x{FE0F}]', '')
    )
{%- endmacro %}
