{#- << header >>
    What answers are keyed and dated by, and which of their fields are counted, each with its kind. -#}
{% macro contract_of(provider, dataset) -%}
    {{- return({
<% for contract in contracts %>
        '<< contract.name >>': {'key': << contract.key | list >>, 'instant': '<< contract.instant >>', 'fields': [
<% for field in counted_fields(contract) %>
            << field | list >>,
<% endfor %>
        ]},
<% endfor %>
    }[provider ~ '/' ~ dataset]) }}
{%- endmacro %}
