-- IDPs by governorate of displacement and governorate of origin, in the words of the DTM API v3.
-- At the level of the country a sum is null where one of its parts is: a withheld figure is never worked around.
with

pair as (
    select 1 as "adminLevel", round, list_date, governorate, origin_governorate, individuals
    from idp_origin_to_displacement
    union all
    select
        0,
        round,
        list_date,
        null,
        origin_governorate,
        cast(case when count(*) = count(individuals) then sum(individuals) end as bigint)
    from idp_origin_to_displacement
    group by round, list_date, origin_governorate
)

select
    'idp' as listed_population,
    p."adminLevel",
    cast(null as bigint) as id,
    'Iraq conflict' as operation,
    'Iraq' as "admin0Name",
    'IRQ' as "admin0Pcode",
    g.cod_name_en as "admin1Name",
    g.dtm_api_pcode as "admin1Pcode",
    p.individuals,
    strftime(p.list_date, '%Y-%m-%dT00:00:00') as "reportingDate",
    cast(year(p.list_date) as bigint) as "yearReportingDate",
    cast(month(p.list_date) as bigint) as "monthReportingDate",
    p.round as "roundNumber",
    cast(null as varchar) as "displacementReason",
    cast(null as bigint) as "numberMales",
    cast(null as bigint) as "numberFemales",
    o.cod_name_en as "idpOriginAdmin1Name",
    o.dtm_api_pcode as "idpOriginAdmin1Pcode",
    'BA' as "assessmentType"
from pair p
left join governorate g on g.governorate = p.governorate
join governorate o on o.governorate = p.origin_governorate
order by p."adminLevel", p.round, g.cod_name_en, o.cod_name_en
