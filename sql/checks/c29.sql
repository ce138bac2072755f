-- Figures of other sources that ours does not agree with, and camps that one side does not have.
select coalesce(r.submission_uuid, 'all') as uuid, 'idp' as population, case when c.comparison_level = 'camp' then r.place_id end as place_id,
    'comparison' as question, cast(c.our_households as varchar) as old_value,
    case
        when c.our_households is null then 'The ' || c.comparison_source || ' list has ' || coalesce(c.area_name, c.area) || ' with ' || c.their_households || ' households, ours does not.'
        when c.their_households is null then coalesce(c.area_name, c.area) || ' has ' || c.our_households || ' households, the ' || c.comparison_source || ' list does not have it.'
        else coalesce(c.area_name, c.area) || ' has ' || c.our_households || ' households, by the ' || c.comparison_source || ' list ' || c.their_households || '.'
    end || ' Decide: keep_ours, take_theirs or revisit.' as issue,
    concat_ws(' ', c.comparison_source, c.comparison_level, c.area, coalesce(cast(c.their_households as varchar), '-')) as group_key
from comparison c
left join record r on c.comparison_level = 'camp' and r.population = 'idp' and r.place_id = c.area
where c.needs_decision
