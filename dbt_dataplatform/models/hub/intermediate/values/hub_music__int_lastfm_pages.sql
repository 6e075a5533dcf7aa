-- A name is shared by strangers, and a page is about one artist at most: whoever has the page's MusicBrainz id. A page
-- without one, or found by name, counts only for the single artist who is called so.
with artists as (
    select
        *, coalesce(mbid, artistId) as person,
        min(coalesce(mbid, artistId)) over (partition by nameKey)
        = max(coalesce(mbid, artistId)) over (partition by nameKey) as alone
    from {{ ref('hub_music__int_artists') }}
),

judged as (
    select
        answers.*,
        artists.playCount as plays, artists.person,
        case
            when coalesce(redirects.canonicalMbid, lower(answers.matchedMbid)) = artists.mbid then artists.confidence
            when answers.matchedMbid is null and answers.nameMatches and artists.alone then 0.7e0
        end as confidence
    from {{ ref('lake_lastfm__svc_artist_info') }} as answers
    inner join artists on artists.artistId = answers.artistId
    left join {{ ref('hub_music__int_mbid_redirects') }} as redirects on redirects.mbid = lower(answers.matchedMbid)
),

claims as (
    select
        *, min(person) over (partition by lastfmUrl) = max(person) over (partition by lastfmUrl) as uncontested
    from judged
    where confidence is not null
)

select * except (uncontested, plays, person)
from claims
where matchedMbid is not null or uncontested
qualify row_number() over (
    partition by lastfmUrl
    order by matchedMbid is null nulls last, confidence desc nulls last, plays desc nulls last, artistId nulls last
) = 1
