{#- The labels that MusicBrainz knows by the keys of their names, where one label alone has a key. -#}
{% macro labels_by_key() -%}
    select named.labelKey, min(named.labelId) as labelId
    from {{ ref('hub_music__svc_bridge_release_labels') }} as named
    where named.labelId is not null and named.labelKey is not null
    group by named.labelKey
    having count(distinct named.labelId) = 1
{%- endmacro %}

{#- Label, its id and its kind as another service tells them: the id of MusicBrainz where that knows the label by its name. -#}
{% macro label_columns(told, labels) -%}
    case {{ told }}.labelKind when 'label' then {{ told }}.labelName when 'self_released' then 'Self-released' end as label,
    if({{ told }}.labelKind = 'label', coalesce({{ labels }}.labelId, 'name:' || {{ told }}.labelKey), null) as labelId,
    nullif({{ told }}.labelKind, 'unknown') as labelKind
{%- endmacro %}
