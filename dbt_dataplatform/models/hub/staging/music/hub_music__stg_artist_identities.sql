-- Which MusicBrainz artist each artist is, who told it and how sure it is.
select
    artists.artistId,
    if(artists.nameOnly, null, artists.artistId) as spotifyId,
    coalesce(nullif(artists.spotifyName, ''), artists.discoveredName, artists.linkedName) as artistName,
    artists.mbid,
    case
        when artists.mbid is null then null
        when artists.linkedMbid is not null then 'musicbrainz_url'
        when artists.itemMbid is not null then 'wikidata'
        else artists.namedBy
    end as method,
    case
        when artists.mbid is null then null
        when artists.linkedMbid is not null then 1e0
        when artists.itemMbid is not null then 0.9e0
        else artists.namedConfidence
    end as confidence,
    case
        when artists.toldMbid is null then null
        when artists.linkedMbid is null and artists.itemMbid is not null then 'https://www.wikidata.org/wiki/' || artists.wikidataId
        when artists.linkedMbid is null then 'https://musicbrainz.org/artist/' || artists.toldMbid
        else 'https://open.spotify.com/artist/' || artists.artistId || ' https://musicbrainz.org/artist/' || artists.toldMbid
    end as evidence,
    artists.ambiguity is not null as ambiguous,
    artists.ambiguity,
    artists.nameOnly,
    artists.waiting,
    artists.playCount,
    artists.discoveredAt
from {{ ref('hub_music__stg_artist_mbids') }} as artists
