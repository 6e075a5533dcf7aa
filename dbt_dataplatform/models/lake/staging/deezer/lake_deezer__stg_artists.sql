{{ newest_answers('deezer', 'artists') }}
