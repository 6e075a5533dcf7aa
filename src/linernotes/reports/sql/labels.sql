-- Labels by id or by the key of their name, or all of them; those with the most artists first.
select
    labelId,
    labelName,
    labelMbid,
    releaseCount,
    artistCount,
    mentionCount,
    firstReleaseDate,
    lastReleaseDate
from {hub}.hub_music__svc_dim_labels
where ($id = '' and $key = '') or labelId = $id or ($key != '' and labelKey = $key)
order by artistCount desc, releaseCount desc, mentionCount desc, labelName, labelId
limit $shown
