{#- << header >>
    What answers are keyed and dated by. -#}
{% macro contract_of(provider, dataset) -%}
    {{- return({
<% for contract in contracts %>
        '<< contract.name >>': {'key': << contract.key | list >>, 'instant': '<< contract.instant >>'},
<% endfor %>
    }[provider ~ '/' ~ dataset]) }}
{%- endmacro %}
