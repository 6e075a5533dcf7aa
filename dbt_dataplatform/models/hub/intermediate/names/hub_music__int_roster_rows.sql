-- Whose each row of a roster is: by its link, by its MusicBrainz id, else by its name where at most one artist is known to
-- bear it. A name that several bear, or that stands for many, is nobody's.
with given as (
    select given.*, coalesce(redirects.canonicalMbid, given.mbid) as ownMbid
    from {{ ref('lake_roster__stg_rows') }} as given
    left join {{ ref('hub_music__int_mbid_redirects') }} as redirects on redirects.mbid = given.mbid
),

named as (
    select
        given.*,
        owners.artistId as ownerId,
        bearers.artistId as bearerId,
        if(given.artistId is null and given.mbid is null, bearers.candidates, null) as candidates,
        case
            when given.artistId is not null then 'given_id'
            when given.mbid is not null then 'given_mbid'
            when many.nameKey is not null then 'stands_for_many'
            when bearers.artists > 1 then 'several_artists'
            when bearers.artists = 1 then bearers.method
            else 'unknown_name'
        end as method
    from given
    left join {{ ref('hub_music__int_mbid_owners') }} as owners on owners.mbid = given.ownMbid
    left join {{ ref('hub_music__int_names_borne') }} as bearers on bearers.nameKey = given.givenKey
    left join {{ ref('names_of_many') }} as many on many.nameKey = given.givenKey
)

select
    rosterName, rowNumber, givenName, givenKey, ownColumns, method, importedAt, loadSequence,
    coalesce(candidates, []) as candidates,
    case method
        when 'given_id' then artistId
        when 'given_mbid' then coalesce(ownerId, 'mbid:' || ownMbid)
        when 'unknown_name' then 'name:' || {{ dbt.hash('givenKey') }}
        when 'carried' then bearerId
        when 'known_name' then bearerId
    end as artistId
from named
