{% macro contract_of(provider, dataset) -%}
    {{- return({
        'apify/monthly_listeners': {'key': ['artistId'], 'instant': 'retrievedAt'},
        'deezer/artists': {'key': ['deezerId'], 'instant': 'retrievedAt'},
        'deezer_related/neighbours': {'key': ['deezerId'], 'instant': 'retrievedAt'},
        'lastfm/artist_info': {'key': ['artistId'], 'instant': 'retrievedAt'},
        'listenbrainz/artist_metadata': {'key': ['mbid'], 'instant': 'retrievedAt'},
        'listenbrainz_lookup/recordings': {'key': ['key'], 'instant': 'retrievedAt'},
        'musicbrainz/artist_links': {'key': ['artistId'], 'instant': 'retrievedAt'},
        'spotify/artist_enrichment': {'key': ['artistId'], 'instant': 'enrichedAt'},
        'spotify_tracks/tracks': {'key': ['trackId'], 'instant': 'retrievedAt'},
        'wikidata/artist_facts': {'key': ['artistId'], 'instant': 'retrievedAt'},
    }[provider ~ '/' ~ dataset]) }}
{%- endmacro %}
