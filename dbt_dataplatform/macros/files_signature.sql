{#- The files of the manifest that are chosen, as one text; a purge can give a number again, so the last instant too. -#}
{% macro files_signature() -%}
    cast(count(*) as string) || ' ' || coalesce(cast(max(loadSequence) as string), '')
    || ' ' || coalesce(cast(max({{ microseconds('loadedAt') }}) as string), '')
{%- endmacro %}
