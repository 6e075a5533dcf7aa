-- Under which names a track of a list stands that only its address tells of: those that Spotify tells. Lengths that are known of
-- tracks with these names have to agree, for a longer version of one title is another recording.
with mentions as (
    select mentionId, namesId, titleKey, creditKey, spotifyTrackId
    from {{ ref('hub_music__int_track_mentions') }}
    where spotifyTrackId is not null
),

answers as (
    select trackId, durationMs, {{ item('artists', 1) }}.nameKey || ' ' || titleKey as names
    from {{ ref('lake_spotify_tracks__svc_tracks') }}
),

later as (
    select mentions.mentionId, {{ dbt.hash('answers.names') }} as namesId, answers.durationMs
    from mentions
    inner join answers on answers.trackId = mentions.spotifyTrackId
    where mentions.titleKey is null and answers.names is not null
),

lengths as (
    select namesId, durationMs, cast(null as int64) as namedMs from later
    union all
    select mentions.namesId, cast(null as int64), answers.durationMs
    from mentions inner join answers on answers.trackId = mentions.spotifyTrackId
    where mentions.titleKey is not null
    union all
    select {{ dbt.hash('files.names') }}, cast(null as int64), files.durationMs
    from (select creditKey || ' ' || titleKey as names, durationMs from {{ ref('lake_features__stg_audio_features') }}) as files
    where files.durationMs is not null
),

spans as (
    select namesId, coalesce(min(namedMs), min(durationMs)) as shortest, coalesce(max(namedMs), max(durationMs)) as longest
    from lengths group by namesId
)

select later.mentionId, later.namesId
from later left join spans on spans.namesId = later.namesId
where coalesce(longest - durationMs <= 5000 and durationMs - shortest <= 5000 and longest - shortest <= 5000, true)
