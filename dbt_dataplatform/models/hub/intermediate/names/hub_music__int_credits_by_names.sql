-- Who is credited on a track without ids of its own, by the names of track and artist together: whom ListenBrainz mapped,
-- whom it finds, and who is credited on a track of these names that has ids. Where these differ nobody is.
with identified as (select * from {{ ref('hub_music__int_credits_by_id') }}),

mentions as (
    select mentions.*
    from {{ ref('hub_music__int_track_mentions') }} as mentions
    left join identified on identified.mentionId = mentions.mentionId and identified.position = 1
    where identified.mentionId is null
),

found as (
    select
        mentionId, creditKey, mbid, instr(mbids, mbid) as position, 'listenbrainz_listens' as method,
        coalesce(firstImportedAt, firstPlayedAt) as toldAt
    from mentions cross join unnest(split(mbids, ' ')) as mbid
    where mbids is not null
    union all
    select
        mentionId, creditKey, lower(mbid) as mbid, position, 'listenbrainz_lookup' as method, answers.retrievedAt as toldAt
    from mentions
    inner join {{ ref('lake_listenbrainz_lookup__stg_recordings') }} as answers on answers.key = mentions.namesId
    cross join {{ unnest_in_order('answers.artistMbids', 'mbid', 'position') }}
    where answers.artistMatches and answers.recordingMatches and not nobodys
)

select
    mentionId, creditKey, coalesce(redirects.canonicalMbid, found.mbid) as mbid, cast(null as string) as artistId,
    position, method, 0.75e0 as confidence,
    'https://musicbrainz.org/artist/' || coalesce(redirects.canonicalMbid, found.mbid) as evidence, toldAt
from found
left join {{ ref('hub_music__int_mbid_redirects') }} as redirects on redirects.mbid = found.mbid
union all
select distinct
    mentions.mentionId, mentions.creditKey, mbids.mbid, identified.artistId, identified.position,
    'same_track' as method, 0.8e0 as confidence, identified.evidence, cast(null as timestamp) as toldAt
from mentions
inner join identified on identified.namesId = mentions.namesId
left join {{ ref('hub_music__int_artist_mbids') }} as mbids on mbids.artistId = identified.artistId
