{#- Which of several answers counts, by content alone, so that a rebuilt warehouse picks the same one: an instant later
    than the start of the run that wrote it may come from a wrong clock and is held back to that start. -#}
{% macro held_back(instant) -%}
    least({{ instant }}, coalesce(stampedAt, {{ instant }}))
{%- endmacro %}

{% macro newest_first(instant) -%}
    {{ held_back(instant) }} desc nulls last, {{ instant }} desc nulls last, _fileHash desc nulls last, _line desc nulls last
{%- endmacro %}
