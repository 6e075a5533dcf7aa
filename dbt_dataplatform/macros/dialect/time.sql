{#- The present instant, UTC, whatever the zone of the session that reads a view. -#}
{% macro now_utc() -%}
    {{ adapter.dispatch('now_utc', 'dataplatform')() }}
{%- endmacro %}

{% macro duckdb__now_utc() -%}
    make_timestamp(epoch_us(now()))
{%- endmacro %}

{% macro bigquery__now_utc() -%}
    current_timestamp()
{%- endmacro %}

{#- Microseconds since 1970: the only text of an instant that both engines write alike. -#}
{% macro microseconds(instant) -%}
    {{ adapter.dispatch('microseconds', 'dataplatform')(instant) }}
{%- endmacro %}

{% macro duckdb__microseconds(instant) -%}
    epoch_us({{ instant }})
{%- endmacro %}

{% macro bigquery__microseconds(instant) -%}
    unix_micros({{ instant }})
{%- endmacro %}

{#- An instant so many days (or seconds ...) later. -#}
{% macro after(instant, amount, part) -%}
    {{ adapter.dispatch('after', 'dataplatform')(instant, amount, part) }}
{%- endmacro %}

{% macro duckdb__after(instant, amount, part) -%}
    {{ instant }} + interval ({{ amount }}) {{ part }}
{%- endmacro %}

{% macro bigquery__after(instant, amount, part) -%}
    timestamp_add({{ instant }}, interval {{ amount }} {{ part }})
{%- endmacro %}
