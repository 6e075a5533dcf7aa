{#- What names are compared by; one of signs alone is compared as it is. -#}
{% macro name_key(name) -%}
    coalesce(nullif({{ folded(name) }}, ''), nullif(lower({{ name }}), ''))
{%- endmacro %}

{#- Whether a name is that of no one artist, as on compilations; so is none. -#}
{% macro stands_for_many(key) -%}
    coalesce({{ key }} in ({% for name in var('names_of_many') %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %}), true)
{%- endmacro %}
