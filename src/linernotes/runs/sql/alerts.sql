-- Every alert that is open, or has changed since an instant.
select
    alertId,
    rule,
    series,
    day,
    severity,
    finding,
    look,
    openedAt,
    lastSeenAt,
    closedAt,
    told,
    sentAt,
    reminders,
    attempts,
    error
from {lake}.lake_ops__alerts
where closedAt is null or lastSeenAt >= $since or told = 'open'
order by openedAt, alertId
