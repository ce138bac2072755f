-- Which share of the IDP households of each governorate is in camps, newest round?
-- Units: households, individuals; share in percent of households. From R117 individuals in camps are derived with 5 a household, elsewhere
-- with 6: shares of individuals differ from those of households for that reason alone.
select
    round, governorate, governorate_pcode, households, households_in_camp, households_out_of_camp,
    round(100.0 * households_in_camp / nullif(households, 0), 1) as in_camp_share, individuals_in_camp, individuals_out_of_camp
from governorate_summary
where population = 'idp' and round = (select max(round) from governorate_summary where population = 'idp')
order by case when households_in_camp is null then 1 else 0 end, households_in_camp desc, governorate
