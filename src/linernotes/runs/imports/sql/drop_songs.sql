-- The artist that was given for each song of which files have only the title, where it was always the same one.
select
    source,
    titleKey,
    max(artistName) as artistName
from {lake}.lake_streams__normalized_metrics
where grain = 'track_day' and titleKey is not null
group by source, titleKey
having count(distinct artistKey) = 1
