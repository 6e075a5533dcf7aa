{{ config(partition_by=partition_on('lastDay', 'month', 'date'), cluster_by=['artistId', 'trackId']) }}

with periods as (
    select
        series.seriesId, series.artistId, series.trackId, lines.*,
        seriesId || '|' || lines.source || '|' || playlistName || '|' || coalesce(playlistAuthor, '')
        || '|' || coalesce(cast(fromDay as string), '') || '|' || cast(toDay as string) as period
    from {{ ref('lake_streams__stg_metrics') }} as lines
    inner join {{ ref('hub_music__svc_stream_matches') }} as series on series.subjectId = lines.subjectId
    where lines.grain = 'playlist_period'
    qualify row_number() over (
        partition by seriesId, lines.source, playlistName, playlistAuthor, fromDay, toDay
        order by exportedAt desc nulls last, sourceFile desc nulls last, sourceRow desc nulls last
    ) = 1
)

select
    {{ dbt.hash('period') }} as playlistPeriodId,
    seriesId, source, playlistName, playlistAuthor, fromDay as firstDay, toDay as lastDay,
    artistId, trackId, artistName, trackName, streams, listeners, addedAt, settled, exportedAt as lastUpdated
from periods
