-- What names in imported files mean; those that mean nothing yet first, the ones with most lines before.
select
    subjectId,
    kind,
    source,
    artistName,
    title,
    matchedBy,
    why,
    lineCount,
    artistId,
    trackId
from {hub}.hub_music__svc_stream_matches
where ($subject = '' or subjectId = $subject) and ($everything or why is not null)
order by why is null, lineCount desc nulls last, subjectId
