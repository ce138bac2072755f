-- People present by country, governorate and district, one row per place and round, in the words of the DTM API v3.
-- Origin is "Not available", as that API writes it: the rows of a place add up to its figure, also where an origin is withheld.
with

place as (
    select 0 as "adminLevel", population, round, list_date, null as governorate, null as district, individuals
    from national_summary
    union all
    select 1, population, round, list_date, governorate, null, individuals
    from governorate_summary
    union all
    select 2, population, round, list_date, governorate, district, individuals
    from district_summary
)

select
    p.population as listed_population,
    p."adminLevel",
    cast(null as bigint) as id,
    'Iraq conflict' as operation,
    'Iraq' as "admin0Name",
    'IRQ' as "admin0Pcode",
    g.cod_name_en as "admin1Name",
    g.dtm_api_pcode as "admin1Pcode",
    -- a district within one of COD-AB is not that district: it keeps its own name
    case when d.district_pcode_match = 'name' then d.cod_name_en else d.district end as "admin2Name",
    case when d.district_pcode_match = 'name' then d.dtm_api_pcode end as "admin2Pcode",
    p.individuals,
    strftime(p.list_date, '%Y-%m-%dT00:00:00') as "reportingDate",
    cast(year(p.list_date) as bigint) as "yearReportingDate",
    cast(month(p.list_date) as bigint) as "monthReportingDate",
    p.round as "roundNumber",
    cast(null as varchar) as "displacementReason",
    cast(null as bigint) as "numberMales",
    cast(null as bigint) as "numberFemales",
    'Not available' as "idpOriginAdmin1Name",
    'Not available' as "idpOriginAdmin1Pcode",
    'BA' as "assessmentType"
from place p
left join governorate g on g.governorate = p.governorate
left join district d on d.governorate = p.governorate and d.district = p.district
order by p.population, p."adminLevel", p.round, g.cod_name_en, p.district
