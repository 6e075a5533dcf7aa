select
    seriesId, subjectId, releaseId, artistId, trackId, artistName, trackName, date, releaseDate,
    daysSinceRelease, newestDay, songStreams7, songStreams30, songStreams90, songDays7, songDays30,
    songDays90, artistStreams7, artistStreams30, artistStreams90, saves7, saves30, saves90, playlistAdds7,
    playlistAdds30, playlistAdds90, followers, monthlyListeners, spend7, spend30, linkClicks7, linkClicks30,
    predictedAt
from {{ ref('lake_ml__stg_predictions') }}
