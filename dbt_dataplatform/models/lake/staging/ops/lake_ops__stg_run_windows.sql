-- When what was discovered could have been asked about by some run; windows that overlap are one.
with runs as (
    select
        windowStart,
        startedAt,
        max(startedAt) over (
            order by windowStart nulls last, startedAt nulls last rows between unbounded preceding and 1 preceding
        ) as reached
    from {{ source('ops', 'runs') }}
    where windowStart is not null
),

numbered as (
    select
        *,
        sum(if(reached >= windowStart, 0, 1)) over (
            order by windowStart nulls last, startedAt nulls last rows between unbounded preceding and current row
        ) as number
    from runs
)

select min(windowStart) as beginsAt, max(startedAt) as endsAt
from numbered
group by number
