with newest as (
    select *
    from {{ ref('hub_music__svc_field_coverage') }}
    qualify row_number() over (partition by provider, field order by day desc nulls last) = 1
),

judged as (
    select
        *,
        filled > 0 and answers >= {{ var('field_alarm_answers') }} and filledShare < previousShare * (1 - {{ var('field_alarm_drop') }})
        and answers * previousShare >= {{ var('field_alarm_expected') }} as fell
    from newest
)

select
    provider,
    field,
    if(dark, 'dark', 'null_rate') as kind,
    if(dark, emptySince, day) as since,
    if(dark, emptyAnswers, answers) as answers,
    filledShare as share,
    previousShare
from judged
where dark or fell
