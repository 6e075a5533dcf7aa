-- Which release groups are asked about. For the latest release these are the newest one, and those before it as long as
-- none that came later has a label.
{%- set farthest = 5 %}
{%- set before = 'partition by artistId order by place nulls last rows between unbounded preceding and 1 preceding' %}
with policies as (
    select max(method) as method, max(perArtist) as perArtist
    from {{ ref('lake_ops__stg_provider_policies') }}
    where provider = 'musicbrainz_releases'
),

ordered as (
    select
        works.*,
        count(if(answered, 1, null)) over ({{ before }}) as answeredBefore,
        count(if(labelled, 1, null)) over ({{ before }}) as labelledBefore
    from {{ ref('hub_music__int_release_groups') }} as works
    where place is not null
)

select artistId, releaseId, title, artistName, upc, answered, labelled, retrievedAt
from ordered
cross join policies
where
    place <= perArtist
    or (method = 'latest_release' and place <= {{ farthest }} and labelledBefore = 0 and answeredBefore = place - 1)
