-- The MusicBrainz artist behind a name, where ListenBrainz names one and the same: of the listens it mapped itself, and of
-- a track that it found by both names.
with told as (
    select artistKey, artistMbid as mbid, 'listenbrainz_listens' as method, coalesce(firstImportedAt, firstPlayedAt) as toldAt
    from {{ ref('hub_music__stg_tracks') }}
    where credited is null and artistMbid is not null
    union all
    select tracks.artistKey, {{ item('answers.artistMbids', 1) }} as mbid, 'listenbrainz_lookup' as method, answers.retrievedAt as toldAt
    from {{ ref('hub_music__stg_name_tracks') }} as tracks
    inner join {{ ref('lake_listenbrainz_lookup__stg_recordings') }} as answers on answers.key = tracks.key
    where tracks.entity = 'recording' and answers.artistMatches and answers.recordingMatches and array_length(answers.artistMbids) = 1
)

select
    told.artistKey,
    'name:' || max(names.nameHash) as artistId,
    max(told.mbid) as mbid,
    min(told.method) as method,
    0.75e0 as confidence,
    max(told.toldAt) as toldAt
from told
inner join {{ ref('hub_music__stg_play_names') }} as names on names.artistKey = told.artistKey
where not {{ stands_for_many('told.artistKey') }}
group by told.artistKey
having count(distinct told.mbid) = 1
