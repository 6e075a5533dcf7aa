-- Alerts about figures of an artist or a track, by the names that it has in exports.
select
    alerts.alertId,
    alerts.rule,
    alerts.series,
    alerts.day,
    alerts.severity,
    alerts.openedAt,
    alerts.lastSeenAt,
    alerts.closedAt,
    alerts.told,
    alerts.sentAt,
    alerts.reminders,
    alerts.attempts,
    alerts.error
from {lake}.lake_ops__alerts as alerts
inner join (
    select
        alertId,
        max(if(strpos(finding, coalesce(names.title, names.artistName)) > 0, 1, 0)) as isNamed
    from {lake}.lake_ops__alerts
    cross join {hub}.hub_music__svc_stream_matches as names
    where subjectId in (select * from unnest($subjects)) and finding != $forgotten
    group by alertId
) as about on about.alertId = alerts.alertId
where about.isNamed = 1
