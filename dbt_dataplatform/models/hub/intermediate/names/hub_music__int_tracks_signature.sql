-- What the tables of tracks follow from, as one text: another play or another credit makes it another one.
with credits as (
    select {{ fingerprint('credit') }} as mark
    from (
        select mentionId || ' ' || artistId || ' ' || cast(position as string) || ' ' || method || coalesce(namesId, '') as credit
        from {{ ref('hub_music__int_track_credits') }}
    ) as listed
)

select plays.signature || ' ' || coalesce(credits.mark, '') as signature
from {{ ref('hub_music__int_plays_state') }} as plays
cross join credits
