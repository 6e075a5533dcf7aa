-- << header >>
with answers as (
    {{ newest_answers('<< contract.provider >>', '<< contract.dataset >>') }}
)

select
<% for column in contract.columns %>
    << select(column) >>,
<% endfor %>
    answers.stampedAt,
    answers.loadSequence,
    answers.fullest
from answers
