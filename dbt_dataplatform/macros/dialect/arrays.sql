{#- The item at a place counted from 1; null where there is none. -#}
{% macro item(array, place) -%}
    {{ adapter.dispatch('item', 'dataplatform')(array, place) }}
{%- endmacro %}

{% macro duckdb__item(array, place) -%}
    list_extract({{ array }}, {{ place }})
{%- endmacro %}

{% macro bigquery__item(array, place) -%}
    {{ array }}[safe_ordinal({{ place }})]
{%- endmacro %}

{#- Whether a condition holds for any `item` of a list; false where there is no list. -#}
{% macro any_item(array, condition) -%}
    {{ adapter.dispatch('any_item', 'dataplatform')(array, condition) }}
{%- endmacro %}

{% macro duckdb__any_item(array, condition) -%}
    coalesce(len(list_filter({{ array }}, lambda item: {{ condition }})), 0) > 0
{%- endmacro %}

{% macro bigquery__any_item(array, condition) -%}
    exists (select 1 from unnest({{ array }}) as item where {{ condition }})
{%- endmacro %}

{#- The least value that the `item`s of a list have; null where none has any. -#}
{% macro least_item(array, value) -%}
    {{ adapter.dispatch('least_item', 'dataplatform')(array, value) }}
{%- endmacro %}

{% macro duckdb__least_item(array, value) -%}
    list_min(list_transform({{ array }}, lambda item: {{ value }}))
{%- endmacro %}

{% macro bigquery__least_item(array, value) -%}
    (select min({{ value }}) from unnest({{ array }}) as item)
{%- endmacro %}

{#- The values of a group as a list in the order of a number, an aggregate; neither may be null. -#}
{% macro in_order(value, place) -%}
    {{ adapter.dispatch('in_order', 'dataplatform')(value, place) }}
{%- endmacro %}

{% macro duckdb__in_order(value, place) -%}
    list({{ value }} order by {{ place }} nulls last)
{%- endmacro %}

{% macro bigquery__in_order(value, place) -%}
    array_agg({{ value }} order by -{{ place }} desc nulls last)
{%- endmacro %}

{#- Whether an instant lies within one of several spans that have no instant in common, given by the lists of their begins and ends. -#}
{% macro lies_within(instant, begins, ends) -%}
    {{ adapter.dispatch('lies_within', 'dataplatform')(instant, begins, ends) }}
{%- endmacro %}

{% macro duckdb__lies_within(instant, begins, ends) -%}
    len(list_filter({{ begins }}, lambda each: each <= {{ instant }})) > len(list_filter({{ ends }}, lambda each: each < {{ instant }}))
{%- endmacro %}

{% macro bigquery__lies_within(instant, begins, ends) -%}
    (select countif(each <= {{ instant }}) from unnest({{ begins }}) as each) > (select countif(each < {{ instant }}) from unnest({{ ends }}) as each)
{%- endmacro %}

{#- The items of a list as rows, each with a number that grows along the list, in a join; where it begins differs. -#}
{% macro unnest_in_order(array, name, place) -%}
    {{ adapter.dispatch('unnest_in_order', 'dataplatform')(array, name, place) }}
{%- endmacro %}

{% macro duckdb__unnest_in_order(array, name, place) -%}
    unnest({{ array }}) with ordinality as listed({{ name }}, {{ place }})
{%- endmacro %}

{% macro bigquery__unnest_in_order(array, name, place) -%}
    unnest({{ array }}) as {{ name }} with offset as {{ place }}
{%- endmacro %}

{#- The different values of a group as a list, the greatest first, an aggregate; none may be null. -#}
{% macro sorted_items(value) -%}
    {{ adapter.dispatch('sorted_items', 'dataplatform')(value) }}
{%- endmacro %}

{% macro duckdb__sorted_items(value) -%}
    list_reverse_sort(list(distinct {{ value }}))
{%- endmacro %}

{% macro bigquery__sorted_items(value) -%}
    array_agg(distinct {{ value }} order by {{ value }} desc nulls last)
{%- endmacro %}
