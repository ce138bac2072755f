-- From where to where: IDP households by governorate of origin and governorate of displacement.
select
    o.origin_governorate || '/' || o.governorate as key,
    o.origin_governorate,
    o.governorate,
    o.households,
    o.households_status
from idp_origin_to_displacement o
join this_round t on t.round = o.round
order by o.origin_governorate, o.governorate
