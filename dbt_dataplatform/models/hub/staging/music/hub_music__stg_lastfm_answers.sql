-- A name is shared by strangers: what is not surely about this artist is left out, never shown as somebody else's.
with judged as (
    select
        answers.*,
        case
            when matchedBy = 'mbid' and coalesce(matchedMbid, askedMbid) = artists.mbid then 1e0
            when matchedBy = 'name' and nameMatches and (artists.mbid is null or coalesce(matchedMbid, artists.mbid) = artists.mbid) then 0.7e0
        end as confidence
    from {{ ref('lake_lastfm__stg_artist_info') }} as answers
    inner join {{ ref('hub_music__stg_artist_mbids') }} as artists on artists.artistId = answers.artistId
)

select *
from judged
where confidence is not null
