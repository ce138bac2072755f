-- Back-checks that differ from the interview by more than the threshold.
select b.uuid, b.population, b.place_id, 'households' as question, cast(b.households as varchar) as old_value,
    'The back-check found ' || b.households || ' households, the interview (' || i.uuid || ') ' || i.households || '.' as issue,
    b.population || ' ' || b.place_id as group_key
from interview b
join interview i on i.population = b.population and i.place_id = b.place_id and i.visit_type = 'interview' and i.is_judged
cross join policy p
where b.is_judged and b.visit_type = 'back_check'
    and abs(b.households - i.households) > p.informants_differ_households
    and abs(b.households - i.households) > p.informants_differ_share * greatest(b.households, i.households)
qualify row_number() over (partition by b.uuid order by i.uuid) = 1
