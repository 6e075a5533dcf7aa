{{ config(partition_by=partition_on('date', 'month', 'date'), cluster_by=['artistId', 'trackId']) }}
{#- Of several exports that have a day, the newest tells each metric that it has. -#}
{%- set newest_first = ['days.exportedAt', 'days.sourceFile', 'days.sourceRow'] %}
with days as (
    select series.seriesId, series.kind, series.artistId, series.trackId, lines.*
    from {{ ref('lake_streams__stg_metrics') }} as lines
    inner join {{ ref('hub_music__svc_stream_matches') }} as series on series.subjectId = lines.subjectId
    where lines.grain in ('artist_day', 'track_day')
),

winners as (
    select
        seriesId, source, toDay,
        max(kind) as level, max(artistId) as artistId, max(trackId) as trackId, max(exportedAt) as lastUpdated,
        count(distinct sourceFile) as versions, {{ newest('days.settled', by=newest_first) }} as settled,
        {{ newest('days.artistName', by=newest_first) }} as artistName,
        {{ newest('days.trackName', by=newest_first) }} as trackName,
        {{ newest('days.streams', by=newest_first) }} as streams, {{ newest('days.listeners', by=newest_first) }} as listeners,
        {{ newest('days.saves', by=newest_first) }} as saves, {{ newest('days.followers', by=newest_first) }} as followers,
        {{ newest('days.playlistAdds', by=newest_first) }} as playlistAdds,
        {{ newest('days.monthlyListeners', by=newest_first) }} as monthlyListeners,
        {{ newest('days.monthlyActiveListeners', by=newest_first) }} as monthlyActiveListeners,
        {{ newest('days.superListeners', by=newest_first) }} as superListeners
    from days
    group by seriesId, source, toDay
),

before as (
    select days.seriesId, days.source, days.toDay, {{ newest('days.streams', by=newest_first) }} as restatedFrom
    from days
    inner join winners
        on winners.seriesId = days.seriesId and winners.source = days.source and winners.toDay = days.toDay
    where days.streams != winners.streams
    group by days.seriesId, days.source, days.toDay
)

select winners.* except (toDay), winners.toDay as date, before.restatedFrom
from winners
left join before
    on before.seriesId = winners.seriesId and before.source = winners.source and before.toDay = winners.toDay
