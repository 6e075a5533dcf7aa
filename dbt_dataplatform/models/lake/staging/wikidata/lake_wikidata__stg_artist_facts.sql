{{ newest_answers('wikidata', 'artist_facts') }}
