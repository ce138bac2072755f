-- From which governorates do the IDPs of each governorate come? The three largest, newest round held.
-- Units: households, and individuals derived from them. The district of origin is not in published lists: question 15.
-- Figures that are withheld have no place among the three.
with newest as (
    select *
    from idp_origin_to_displacement
    where round = (select max(round) from idp_origin_to_displacement) and households is not null
),

ranked as (
    select *, row_number() over (partition by governorate order by households desc, origin_governorate) as place
    from newest
)

select round, governorate, place, origin_governorate, households, individuals
from ranked
where place <= 3
order by governorate, place
