-- What the calls to each provider have shown, newest first: a cooldown or an access mode holds until another is recorded.
select
    provider,
    sum(if(recordedAt >= $today, calls, 0)) as callsToday,
    max_by(cooldownUntil, if(cooldownUntil is null, null, recordedAt)) as cooldownUntil,
    max(if(cooldownUntil is null, null, recordedAt)) as cooldownUntilRecordedAt,
    max_by(capability, if(capability is null, null, recordedAt)) as accessMode,
    max(if(capability is null, null, recordedAt)) as accessModeRecordedAt
from {lake}.lake_ops__provider_calls
where provider in unnest($providers)
group by provider
