-- How many tracks and artists there are, and for how many of them each thing is known.
with tracks as (
    select
        count(*) as totalTracks,
        count(trackUri) as withSpotifyId,
        count(isrc) as withIsrc,
        count(recordingMbid) as withMusicbrainzId,
        count(tempo) as withBpm,
        count(keyText) as withKey,
        count(coalesce(energy, danceability, valence)) as withAudioFeatures
    from {hub}.hub_music__svc_dim_tracks
),

artists as (
    select count(*) as totalArtists, count(if(enrichmentStatus = 'enriched', 1, null)) as enrichedArtists
    from {hub}.hub_music__svc_dim_artists
)

select * from tracks cross join artists
