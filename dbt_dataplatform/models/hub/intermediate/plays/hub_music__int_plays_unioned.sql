-- A play that ended early did not count as listening: ListenBrainz's rule, whose numbers are variables in dbt_project.yml.
with imported as (
    select
        source || ' ' || sourceKey as playId,
        source,
        playedAt,
        if(playedAtMeans = 'end', playedAt, null) as endedAt,
        if(playedAtMeans = 'end', msPlayed, 0) as msBefore,
        msPlayed,
        artistName,
        trackName,
        albumName,
        artistKey,
        {{ item('creditKeys', 1) }} as creditKey,
        titleKey,
        artistKey || ' ' || albumKey as albumText,
        trackUri,
        array_to_string(artistIds, ' ') as artistIds,
        if(source = 'listenbrainz', array_to_string(mbids, ' '), '') as mbids,
        isrc,
        stampedAt as importedAt,
        loadSequence,
        not coalesce(
            msPlayed < {{ var('play_seconds') }} * 1000
            and (coalesce(skipped, false) or coalesce(reasonEnd, '') != 'trackdone'), false
        ) and not (coalesce(incognito, false) and not {{ var('play_incognito') }}) as listened
    from {{ ref('lake_plays__stg_plays') }}
    union all
    select * from {{ ref('hub_music__int_recent_plays') }}
)

select
    * except (albumText),
    {{ after('playedAt', '-coalesce(msBefore, 0)', 'millisecond') }} as startedAt,
    if(starts_with(trackUri, 'spotify:track:'), substr(trackUri, 15), null) as spotifyTrackId,
    creditKey || ' ' || titleKey as names,
    {{ dbt.hash('albumText') }} as albumId
from imported
