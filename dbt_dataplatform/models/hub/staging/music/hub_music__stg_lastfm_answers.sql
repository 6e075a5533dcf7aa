-- A name is shared by strangers: what is not surely about this artist is left out, never shown as somebody else's.
with judged as (
    select answers.*, {{ lastfm_confidence('answers', 'artists') }} as confidence
    from {{ ref('lake_lastfm__stg_artist_info') }} as answers
    inner join {{ ref('hub_music__svc_artist_identities') }} as artists on artists.artistId = answers.artistId
)

select *
from judged
where confidence is not null
