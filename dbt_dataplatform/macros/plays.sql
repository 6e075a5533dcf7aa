{#- The plays of several tracks or names as those of one, aggregates: how many, for how long, and between when. -#}
{% macro summed_plays() -%}
    cast(sum(playCount) as int64) as playCount,
    cast(sum(msPlayed) as int64) as msPlayed,
    min(firstPlayedAt) as firstPlayedAt,
    max(lastPlayedAt) as lastPlayedAt
{%- endmacro %}
