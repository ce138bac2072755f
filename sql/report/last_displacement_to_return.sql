-- From where to where: returnee households by governorate of last displacement and governorate of return.
select
    o.last_displacement_governorate || '/' || o.governorate as key,
    o.last_displacement_governorate,
    o.governorate,
    o.households,
    o.households_status
from returnee_last_displacement_to_return o
join this_round t on t.round = o.round
order by o.last_displacement_governorate, o.governorate
