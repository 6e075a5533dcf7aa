-- The allow-list: hip hop, Hip-Hop and hiphop are one spelling when folded; what is called otherwise is an alias.
select {{ folded('genre') }} as spelling, genre
from {{ ref('genre_tree') }}
union all
select {{ folded('tag') }} as spelling, genre
from {{ ref('genre_aliases') }}
