-- Days without any answer that fills the field are added up, so that few answers a day are noticed as well.
{%- set each = 'partition by provider, field order by day nulls last rows between unbounded preceding and current row' %}
with streaks as (
    select *, count(if(filled > 0, 1, null)) over ({{ each }}) as streak
    from {{ ref('hub_music__int_field_answers') }}
),

counted as (
    select
        *,
        if(filled = 0, min(if(filled = 0, day, null)) over (partition by provider, field, streak), null) as emptySince,
        sum(if(filled = 0, answers, 0)) over (
            partition by provider, field, streak order by day nulls last rows between unbounded preceding and current row
        ) as emptyAnswers,
        sum(filled) over ({{ each }}) - filled as filledBefore,
        sum(answers) over ({{ each }}) - if(filled > 0, answers, 0) as answersBefore
    from streaks
),

shares as (
    select *, filled / answers as share, filledBefore / nullif(answersBefore - emptyAnswers, 0) as shareBefore
    from counted
)

select
    provider,
    field,
    day,
    answers,
    filled,
    round(share, 4) as filledShare,
    round(shareBefore, 4) as previousShare,
    round(share - shareBefore, 4) as trend,
    emptySince,
    cast(emptyAnswers as int64) as emptyAnswers,
    filled = 0 and emptyAnswers >= {{ var('field_alarm_answers') }}
    and coalesce(emptyAnswers * shareBefore, 0) >= {{ var('field_alarm_expected') }} as dark
from shares
