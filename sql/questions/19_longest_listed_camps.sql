-- Which camps have been on the lists longest, and how many households are in them now?
-- Unit: households. Only rounds that are held count: rounds_held says how many. A location is a camp where the list says so (is_camp);
-- no list is a register of camps, and a camp that was renamed under another place_id begins anew.
with camps as (
    select place_id, min(round) as first_round, max(round) as last_round, count(*) as rounds_as_camp
    from idp_master_list
    where is_camp
    group by place_id
)

select
    c.place_id, m.location_name_en, m.governorate, m.district, c.first_round, c.last_round, c.rounds_as_camp,
    (select count(distinct round) from idp_master_list) as rounds_held, m.households, m.households_in_camp
from camps as c
join idp_master_list as m on m.place_id = c.place_id and m.round = c.last_round
order by c.rounds_as_camp desc, c.first_round, c.place_id
