-- Which pages at Last.fm were found for an artist, and why one of them is withheld.
select
    artists.artistId,
    answers.lastfmUrl,
    answers.matchedBy as method,
    pages.confidence,
    answers.retrievedAt,
    case
        when pages.artistId is not null then null
        when answers.matchedMbid is not null then 'the page has the MusicBrainz id of another artist: ' || answers.matchedMbid
        when not coalesce(answers.nameMatches, false)
            then 'the page has another name: ' || coalesce(answers.matchedName, 'none')
        else 'the page may be that of another artist of this name'
    end as objection
from {{ ref('lake_lastfm__svc_artist_info') }} as answers
inner join {{ ref('hub_music__int_artists') }} as artists on artists.artistId = answers.artistId
left join {{ ref('hub_music__int_lastfm_pages') }} as pages on pages.artistId = answers.artistId
where answers.lastfmUrl is not null
