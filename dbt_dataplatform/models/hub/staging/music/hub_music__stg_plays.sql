-- A play that ended early did not count as listening: ListenBrainz's rule, whose numbers are variables in dbt_project.yml.
with plays as (
    select
        source || ' ' || sourceKey as playId, source, playedAt, if(playedAtMeans = 'end', playedAt, null) as endedAt,
        if(playedAtMeans = 'end', msPlayed, 0) as msBefore, msPlayed,
        trackName, artistName, albumName, trackUri, artistIds, if(source = 'listenbrainz' and array_length(mbids) = 1, {{ item('mbids', 1) }}, null) as artistMbid, isrc,
        stampedAt as importedAt, loadSequence,
        not coalesce(msPlayed < {{ var('play_seconds') }} * 1000 and (coalesce(skipped, false) or coalesce(reasonEnd, '') != 'trackdone'), false)
        and not (coalesce(incognito, false) and not {{ var('play_incognito') }}) as listened
    from {{ ref('lake_plays__stg_plays') }}
    union all
    select
        'spotify_recently_played ' || playId as playId, 'spotify_recently_played' as source, playedAt, playedAt as endedAt, durationMs as msBefore, null as msPlayed,
        trackName, {{ item('plays.artists', 1) }}.name as artistName, albumName, trackUri,
        array(select artist.id from unnest(plays.artists) as artist) as artistIds, cast(null as string) as artistMbid, isrc,
        cast(null as timestamp) as importedAt, loadSequence, true as listened
    from {{ ref('lake_spotify__stg_recently_played') }} as plays
),

folded as (
    select *, {{ name_key('artistName') }} as artistKey, {{ name_key('trackName') }} as trackKey, {{ name_key('albumName') }} as albumKey
    from plays
),

keyed as (
    select *, coalesce(artistKey || ' ' || trackKey, trackUri, playId) as trackText, artistKey || ' ' || albumKey as albumText
    from folded
)

select
    playId, source, playedAt, endedAt,
    {{ after('playedAt', '-coalesce(msBefore, 0)', 'millisecond') }} as startedAt,
    msPlayed,
    listened,
    {{ dbt.hash('trackText') }} as trackId,
    if(albumText is null, null, {{ dbt.hash('albumText') }}) as albumId,
    artistKey, trackName, artistName, albumName, trackUri, artistIds, artistMbid, isrc, importedAt, loadSequence
from keyed
