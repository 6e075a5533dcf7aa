{#- Written by scripts/write_sources.py from configs/datasets/: what answers are keyed and dated by. -#}
{% macro contract_of(provider, dataset) -%}
    {{- return({
        'apify/monthly_listeners': {'key': ['artistId'], 'instant': 'retrievedAt', 'arrays': ['topCities']},
        'deezer/artists': {'key': ['deezerId'], 'instant': 'retrievedAt', 'arrays': []},
        'lastfm/artist_info': {'key': ['artistId'], 'instant': 'retrievedAt', 'arrays': ['tags', 'similar']},
        'listenbrainz/artist_metadata': {'key': ['mbid'], 'instant': 'retrievedAt', 'arrays': ['tags', 'links']},
        'listenbrainz_lookup/recordings': {'key': ['key'], 'instant': 'retrievedAt', 'arrays': ['artistMbids']},
        'musicbrainz/artist_links': {'key': ['artistId'], 'instant': 'retrievedAt', 'arrays': ['artists']},
        'spotify/artist_enrichment': {'key': ['artistId'], 'instant': 'enrichedAt', 'arrays': ['genres', 'images']},
        'spotify_tracks/tracks': {'key': ['trackId'], 'instant': 'retrievedAt', 'arrays': ['artists', 'albumArtists']},
        'wikidata/artist_facts': {'key': ['artistId'], 'instant': 'retrievedAt', 'arrays': ['wikidataIds', 'labels', 'management', 'genres', 'countries', 'mbids', 'discogsIds', 'deezerIds', 'lastfmNames']},
    }[provider ~ '/' ~ dataset]) }}
{%- endmacro %}
