-- What speaks against the Wikidata item with an artist's Spotify id, for people to read.
select
    items.artistId,
    case items.verdict
        when 'several_items' then 'several Wikidata items have this Spotify id'
        when 'other_item' then 'another Wikidata item was set by hand'
        when 'other_name' then 'the Wikidata item has another name: ' || facts.artistLabel
        when 'other_mbid' then 'the Wikidata item has the MusicBrainz id of another artist: ' || facts.artistLabel
        when 'no_name' then 'the Wikidata item has no name to compare'
    end as objection
from {{ ref('hub_music__int_wikidata_items') }} as items
inner join {{ ref('lake_wikidata__svc_artist_facts') }} as facts on facts.artistId = items.artistId
where items.verdict != 'accepted'
