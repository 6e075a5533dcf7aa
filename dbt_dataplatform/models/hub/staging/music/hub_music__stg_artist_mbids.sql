-- Reads staging, not the service tables, so that the queue is right before dbt has run. Nothing is guessed here.
with links as (
    select
        artistId, coalesce(ambiguous, false) as ambiguous, if(coalesce(ambiguous, false), null, mbid) as mbid,
        (select max(artist.name) from unnest(told.artists) as artist where artist.mbid = told.mbid) as name
    from {{ ref('lake_musicbrainz__stg_artist_links') }} as told
),

claims as (
    select
        artists.artistId, artists.nameOnly, artists.waiting, artists.playCount, artists.discoveredAt,
        artists.artistName as discoveredName, spotify.artistName as spotifyName,
        if(artists.nameOnly, null, coalesce(spotify.canonicalArtistId, artists.artistId)) as spotifyArtist,
        coalesce(links.ambiguous, false) as severalLinked, links.mbid as linkedMbid, links.name as linkedName,
        if(array_length(items.mbids) = 1, lower({{ item('items.mbids', 1) }}), null) as itemMbid,
        instr(lower(array_to_string(items.mbids, ' ')), links.mbid) = 0 and array_length(items.mbids) > 0 as contradicted,
        items.wikidataId, names.mbid as namedMbid, names.method as namedBy, names.confidence as namedConfidence
    from {{ ref('hub_music__stg_artist_discoveries') }} as artists
    left join links on links.artistId = artists.artistId
    left join {{ ref('lake_wikidata__stg_artist_facts') }} as items
        on items.artistId = artists.artistId and not coalesce(items.ambiguous, false)
    left join {{ ref('lake_spotify__stg_artist_enrichment') }} as spotify on spotify.artistId = artists.artistId
    left join {{ ref('hub_music__stg_name_mbids') }} as names on names.artistId = artists.artistId
),

told as (
    select *, if(severalLinked, null, coalesce(linkedMbid, itemMbid, namedMbid)) as toldMbid from claims
),

judged as (  -- a Spotify id that leads on to another is the same artist's
    select *, case
        when severalLinked then 'several artists at MusicBrainz have this address'
        when linkedMbid is not null and contradicted then 'MusicBrainz and Wikidata name different artists'
        when toldMbid is not null and min(spotifyArtist) over (partition by toldMbid) != max(spotifyArtist) over (partition by toldMbid)
            then 'several Spotify ids have this MusicBrainz artist'
    end as ambiguity from told
)

select *, if(ambiguity is null, toldMbid, null) as mbid
from judged
