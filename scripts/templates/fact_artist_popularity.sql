-- << header >>
-- Every retrieval that was kept, not only the newest. A page that is not surely the artist's has no history here either.
with told as (
<% for each in providers %>
<% set last_provider = loop.last %>
<% for value in each.history_values %>
    select
        about.artistId,
        '<< value.history >>' as metric,
        << sql(value.source) >> * 1e0 as value,
        about.provider,
        answers.<< each.instant >> as retrievedAt
    from {{ source('<< each.name >>', '<< each.dataset >>') }} as answers
    inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = answers._fileHash
    inner join {{ ref('hub_music__int_artist_pages') }} as about on about.provider = '<< each.name >>' and about.page = answers.<< each.about.page or each.key >>
    where << sql(value.source) >> is not null
<% if not (loop.last and last_provider) %>
    union all
<% endif %>
<% endfor %>
<% endfor %>
)

select told.artistId, metric, max(value) as value, told.provider, retrievedAt  -- a file copied by hand brings nothing new
from told
inner join {{ ref('hub_music__int_artists') }} as artists on artists.artistId = told.artistId
group by told.artistId, metric, told.provider, retrievedAt
