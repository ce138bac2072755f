-- Other shelter in words, to be read and recoded.
select i.uuid, i.population, i.place_id, 'shelter_other_text' as question, a.answer as old_value,
    'Other shelter is described in words: read them (dtm review text), then recode the households or keep them.' as issue,
    cast(null as varchar) as group_key
from interview i
join answer a on a.uuid = i.uuid and a.question = 'shelter_other_text'
where i.is_judged
