-- Records of one location and population that differ by more than the threshold.
select c.uuid, c.population, c.place_id, 'households' as question, cast(c.record_households as varchar) as old_value,
    'Records of location ' || c.place_id || ' say ' || s.said || ' households: decide which one counts.' as issue,
    c.population || ' ' || c.place_id as group_key
from candidate c
join (
    select population, place_id, string_agg(cast(record_households as varchar), ' and ' order by record_households, uuid) as said
    from candidate
    group by population, place_id
) s on s.population = c.population and s.place_id = c.place_id
join selection x on x.population = c.population and x.place_id = c.place_id
where x.is_undecided or x.selection_basis = 'decided'
