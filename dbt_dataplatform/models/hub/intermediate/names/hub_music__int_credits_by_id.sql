-- Who is credited on a track by the track's own ids: those of artists that plays tell, else what Spotify says of the
-- address. The artist whom plays name stands first, also where the track has another one before; so does the album's, who
-- may have been renamed since. `named` is whether the artist is the one whom plays name.
with mentions as (
    select mentions.* except (namesId), coalesce(later.namesId, mentions.namesId) as namesId
    from {{ ref('hub_music__int_track_mentions') }} as mentions
    left join {{ ref('hub_music__int_tracks_named_later') }} as later on later.mentionId = mentions.mentionId
),

told as (
    select
        mentionId, namesId, creditKey, artistId, 'played_ids' as method, 1e0 as confidence,
        'https://open.spotify.com/artist/' || artistId as evidence,
        instr(credited, artistId) as nth, 0 as distance, starts_with(credited, artistId) as named, true as onAlbum
    from mentions
    cross join unnest(split(credited, ' ')) as artistId
    where credited is not null
    union all
    select
        mentionId, namesId, creditKey, artist.id as artistId, 'spotify_track' as method, 0.9e0 as confidence,
        'https://open.spotify.com/track/' || spotifyTrackId as evidence,
        nth, if(artist.nameKey = creditKey, 0, if(album.id = artist.id, 1, 2)) as distance,
        artist.nameKey = creditKey or (album.id = artist.id and array_length(answers.albumArtists) = 1) as named,
        coalesce(album.id = artist.id, false) as onAlbum
    from mentions
    inner join {{ ref('lake_spotify_tracks__svc_tracks') }} as answers on answers.trackId = mentions.spotifyTrackId
    cross join {{ unnest_in_order('answers.artists', 'artist', 'nth') }}
    left join unnest(answers.albumArtists) as album on album.id = artist.id
    where credited is null
),

once as (
    select * from told
    qualify row_number() over (partition by mentionId, artistId order by distance nulls last, nth nulls last) = 1
)

select
    mentionId, namesId, creditKey, artistId, method, confidence, evidence, coalesce(named, false) as named, onAlbum,
    row_number() over (partition by mentionId order by distance nulls last, nth nulls last) as position
from once
