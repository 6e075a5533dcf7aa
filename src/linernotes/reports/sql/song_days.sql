-- What was known of songs on some days, of the days before: on $day of every song, or without it on the last day before
-- each period of 28 days for which playlists were imported, with what came of it. An export counts from its own day on.
with named as (
    select
        subjectId,
        seriesId,
        kind,
        artistId,
        trackId,
        artistName,
        title,
        coalesce(artistId, lower(artistName)) as owner
    from {hub}.hub_music__svc_stream_matches
),

songs as (
    select
        seriesId,
        min(subjectId) as subjectId,
        max(artistId) as artistId,
        max(trackId) as trackId,
        max(owner) as owner,
        max(artistName) as artistName,
        max(title) as trackName
    from named
    where kind = 'track'
    group by seriesId
),

periods as (
    select
        seriesId,
        firstDay,
        lastDay,
        max(if(source = 'spotify_for_artists', 1, 0)) as isList,
        max(if(playlistAuthor = 'Spotify' and lower(playlistName) = $radar, streams, null)) as radar,
        max(if(playlistAuthor = 'Spotify' and lower(playlistName) = $weekly, streams, null)) as weekly
    from {hub}.hub_music__svc_fact_playlist_periods
    where trackName is not null and firstDay is not null
    group by seriesId, firstDay, lastDay
),

asked as (
    select
        seriesId,
        firstDay - 1 as day,
        if(isList = 1, coalesce(radar, 0), radar) as radar,
        if(isList = 1, coalesce(weekly, 0), weekly) as weekly
    from periods
    where $day = '' and lastDay = firstDay + 27
    union all
    select
        seriesId,
        cast(nullif($day, '') as date) as day,
        cast(null as int64) as radar,
        cast(null as int64) as weekly
    from songs
    where $day <> ''
),

grid as (
    select distinct
        asked.day,
        songs.seriesId,
        songs.owner
    from asked
    inner join songs on songs.seriesId = asked.seriesId
),

versions as (
    select
        case when lines.grain = 'track_day' then named.seriesId else named.owner end as subject,
        lines.grain,
        lines.toDay as day,
        lines.streams,
        lines.saves,
        lines.playlistAdds,
        lines.followers,
        lines.monthlyListeners,
        cast(lines.exportedAt as date) as knownFrom,
        lead(cast(lines.exportedAt as date)) over (
            partition by
                case when lines.grain = 'track_day' then named.seriesId else named.owner end,
                lines.grain,
                lines.toDay
            order by lines.exportedAt nulls last, lines.sourceFile nulls last, lines.sourceRow nulls last
        ) as knownUntil
    from {lake}.lake_streams__stg_metrics as lines
    inner join named on named.subjectId = lines.subjectId
    where
        lines.grain in ('artist_day', 'track_day')
        and lines.source = 'spotify_for_artists'
        and lines.streams is not null
),

of_songs as (
    select
        grid.seriesId,
        grid.day,
        max(versions.day) as newestDay,
        sum(if(versions.day > grid.day - 7, versions.streams, null)) as songStreams7,
        sum(if(versions.day > grid.day - 28, versions.streams, null)) as songStreams28,
        sum(if(versions.day > grid.day - 30, versions.streams, null)) as songStreams30,
        sum(versions.streams) as songStreams90,
        count(if(versions.day > grid.day - 7, 1, null)) as songDays7,
        count(if(versions.day > grid.day - 28, 1, null)) as songDays28,
        count(if(versions.day > grid.day - 30, 1, null)) as songDays30,
        count(*) as songDays90
    from grid
    inner join versions on versions.subject = grid.seriesId
    where
        versions.grain = 'track_day'
        and versions.day <= grid.day
        and versions.day > grid.day - 90
        and versions.knownFrom <= grid.day
        and coalesce(versions.knownUntil > grid.day, true)
    group by grid.seriesId, grid.day
),

owners as (
    select distinct
        owner,
        day
    from grid
),

of_artists as (
    select
        owners.owner,
        owners.day,
        sum(if(versions.day > owners.day - 7, versions.streams, null)) as artistStreams7,
        sum(if(versions.day > owners.day - 30, versions.streams, null)) as artistStreams30,
        sum(versions.streams) as artistStreams90,
        sum(if(versions.day > owners.day - 7, versions.saves, null)) as saves7,
        sum(if(versions.day > owners.day - 30, versions.saves, null)) as saves30,
        sum(versions.saves) as saves90,
        sum(if(versions.day > owners.day - 7, versions.playlistAdds, null)) as playlistAdds7,
        sum(if(versions.day > owners.day - 30, versions.playlistAdds, null)) as playlistAdds30,
        sum(versions.playlistAdds) as playlistAdds90,
        max(if(versions.day > owners.day - 30, versions.followers, null)) as followers,
        max(if(versions.day > owners.day - 30, versions.monthlyListeners, null)) as monthlyListeners,
        count(if(versions.day > owners.day - 7, 1, null)) as artistDays7,
        count(if(versions.day > owners.day - 30, 1, null)) as artistDays30,
        count(*) as artistDays90
    from owners
    inner join versions on versions.subject = owners.owner
    where
        versions.grain = 'artist_day'
        and versions.day <= owners.day
        and versions.day > owners.day - 90
        and versions.knownFrom <= owners.day
        and coalesce(versions.knownUntil > owners.day, true)
    group by owners.owner, owners.day
),

campaign_exports as (
    select
        lines.subjectId,
        lines.toDay as day,
        lines.exportedAt,
        lines.sourceFile,
        max(named.owner) as owner,
        max(lines.currency) as currency,
        sum(lines.spend) as spend,
        cast(sum(lines.linkClicks) as int64) as linkClicks
    from {lake}.lake_streams__stg_campaigns as lines
    inner join named on named.subjectId = lines.subjectId
    where lines.grain = 'campaign_day' and lines.fromDay = lines.toDay and named.artistId is not null
    group by lines.subjectId, lines.toDay, lines.exportedAt, lines.sourceFile
),

campaign_versions as (
    select
        owner,
        day,
        currency,
        spend,
        linkClicks,
        cast(exportedAt as date) as knownFrom,
        lead(cast(exportedAt as date)) over (
            partition by subjectId, day order by exportedAt nulls last, sourceFile nulls last
        ) as knownUntil
    from campaign_exports
),

of_campaigns as (
    select
        owners.owner,
        owners.day,
        if(min(currency) = max(currency), sum(if(told.day > owners.day - 7, told.spend, null)), null) as spend7,
        if(min(currency) = max(currency), sum(told.spend), null) as spend30,
        sum(if(told.day > owners.day - 7, told.linkClicks, null)) as linkClicks7,
        sum(told.linkClicks) as linkClicks30
    from owners
    inner join campaign_versions as told on told.owner = owners.owner
    where
        told.day <= owners.day
        and told.day > owners.day - 30
        and told.knownFrom <= owners.day
        and coalesce(told.knownUntil > owners.day, true)
    group by owners.owner, owners.day
),

released as (
    select
        named.seriesId,
        min(lines.releaseDate) as releaseDate
    from {lake}.lake_streams__stg_metrics as lines
    inner join named on named.subjectId = lines.subjectId
    where lines.releaseDate is not null
    group by named.seriesId
),

earlier as (
    select
        grid.seriesId,
        grid.day,
        max(periods.radar) as radarBefore,
        max(periods.weekly) as weeklyBefore
    from grid
    inner join periods on periods.seriesId = grid.seriesId
    where periods.firstDay <= grid.day and periods.lastDay > grid.day - 28
    group by grid.seriesId, grid.day
)

select
    songs.seriesId,
    songs.subjectId,
    coalesce(tracks.albumId, songs.seriesId) as releaseId,
    songs.artistId,
    songs.trackId,
    coalesce(songs.owner, songs.seriesId) as owner,
    songs.artistName,
    songs.trackName,
    asked.day,
    released.releaseDate,
    of_songs.newestDay,
    cast(of_songs.songStreams7 as int64) as songStreams7,
    cast(of_songs.songStreams28 as int64) as songStreams28,
    cast(of_songs.songStreams30 as int64) as songStreams30,
    cast(of_songs.songStreams90 as int64) as songStreams90,
    coalesce(of_songs.songDays7, 0) as songDays7,
    coalesce(of_songs.songDays28, 0) as songDays28,
    coalesce(of_songs.songDays30, 0) as songDays30,
    coalesce(of_songs.songDays90, 0) as songDays90,
    cast(of_artists.artistStreams7 as int64) as artistStreams7,
    cast(of_artists.artistStreams30 as int64) as artistStreams30,
    cast(of_artists.artistStreams90 as int64) as artistStreams90,
    cast(of_artists.saves7 as int64) as saves7,
    cast(of_artists.saves30 as int64) as saves30,
    cast(of_artists.saves90 as int64) as saves90,
    cast(of_artists.playlistAdds7 as int64) as playlistAdds7,
    cast(of_artists.playlistAdds30 as int64) as playlistAdds30,
    cast(of_artists.playlistAdds90 as int64) as playlistAdds90,
    of_artists.followers,
    of_artists.monthlyListeners,
    coalesce(of_artists.artistDays7, 0) as artistDays7,
    coalesce(of_artists.artistDays30, 0) as artistDays30,
    coalesce(of_artists.artistDays90, 0) as artistDays90,
    cast(of_campaigns.spend7 as numeric) as spend7,
    cast(of_campaigns.spend30 as numeric) as spend30,
    cast(of_campaigns.linkClicks7 as int64) as linkClicks7,
    cast(of_campaigns.linkClicks30 as int64) as linkClicks30,
    asked.radar,
    asked.weekly,
    earlier.radarBefore,
    earlier.weeklyBefore
from asked
inner join songs on songs.seriesId = asked.seriesId
left join of_songs on of_songs.seriesId = asked.seriesId and of_songs.day = asked.day
left join of_artists on of_artists.owner = songs.owner and of_artists.day = asked.day
left join of_campaigns on of_campaigns.owner = songs.owner and of_campaigns.day = asked.day
left join released on released.seriesId = asked.seriesId
left join earlier on earlier.seriesId = asked.seriesId and earlier.day = asked.day
left join {hub}.hub_music__svc_dim_tracks as tracks on tracks.trackId = songs.trackId
where $day = '' or of_songs.newestDay is not null
order by asked.day, songs.seriesId
