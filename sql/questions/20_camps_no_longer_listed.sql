-- Which camps left the list, or stayed on it no longer as a camp, and how many households were there before?
-- Unit: households, in the last round as a camp. A list records no closure: to R131 absence means that no households were recorded, from
-- R132 it may mean that the informant was not reached (table round, absence_means). Closures as events: question 12.
with rounds as (
    select round, lead(round) over (order by round) as next_round
    from (select distinct round from idp_master_list) as held
)

select
    m.round as last_round_as_camp, r.next_round, m.place_id, m.location_name_en, m.governorate, m.district,
    m.households as households_before, n.households as households_after,
    case when n.place_id is null then 'no longer listed' else 'listed, not as a camp' end as what
from idp_master_list as m
join rounds as r on r.round = m.round
left join idp_master_list as n on n.round = r.next_round and n.place_id = m.place_id
where m.is_camp and r.next_round is not null and (n.place_id is null or not n.is_camp)
order by last_round_as_camp, m.place_id
