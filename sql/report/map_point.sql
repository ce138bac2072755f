-- Where the listed locations of a round lie; several at the same hundredth of a degree are one point.
with listed as (
    select 'idp' as population, l.round, l.longitude, l.latitude from idp_master_list l
    union all
    select 'returnee', l.round, l.longitude, l.latitude from returnee_master_list l
)

select distinct l.population, cast(round(l.longitude * 100) as bigint) as longitude_hundredths, cast(round(l.latitude * 100) as bigint) as latitude_hundredths
from listed l
join this_round t on t.round = l.round
where l.latitude between {latitude_minimum} and {latitude_maximum} and l.longitude between {longitude_minimum} and {longitude_maximum}
order by 1, 2, 3
