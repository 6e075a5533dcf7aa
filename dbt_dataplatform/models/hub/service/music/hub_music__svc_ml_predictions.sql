select
    seriesId, subjectId, releaseId, artistId, trackId, artistName, trackName, date, predTriggerRr,
    predTriggerDw, explainability, modelVersion, reason, predictedAt
from {{ ref('lake_ml__stg_predictions') }}
