-- << header >>
{{ config(unique_key='<< contract.key[0] >>', cluster_by=['<< contract.key[0] >>']) }}

with answers as (
    {{ new_answers('<< contract.provider >>', '<< contract.dataset >>') }}
)

select
<% for column in contract.columns %>
    << select(column) >>,
<% endfor %>
    answers.stampedAt,
    answers.loadSequence,
    answers.fullest
from answers
