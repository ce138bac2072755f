-- People present by country, governorate and district in the row of HDX HAPI's table of IDPs: the provider's names beside those of COD-AB.
-- A row whose figure is withheld or not known keeps its place and says so as an error, by which HAPI leaves it out of its API.
with

place as (
    select 0 as admin_level, population, round, list_date, null as governorate, null as district, individuals, individuals_status, completeness
    from national_summary
    union all
    select 1, population, round, list_date, governorate, null, individuals, individuals_status, completeness
    from governorate_summary
    union all
    select 2, population, round, list_date, governorate, district, individuals, individuals_status, completeness
    from district_summary
)

select
    p.population as listed_population,
    'IRQ' as location_code,
    cast(null as varchar) as has_hrp,
    cast(null as varchar) as in_gho,
    p.governorate as provider_admin1_name,
    p.district as provider_admin2_name,
    g.governorate_pcode as admin1_code,
    g.cod_name_en as admin1_name,
    d.district_pcode as admin2_code,
    d.cod_name_en as admin2_name,
    cast(p.admin_level as bigint) as admin_level,
    'Iraq conflict' as operation,
    'BA' as assessment_type,
    p.individuals as population,
    p.round as reporting_round,
    p.list_date as reference_period_start,
    p.list_date as reference_period_end,
    cast(null as varchar) as dataset_hdx_id,
    cast(null as varchar) as resource_hdx_id,
    nullif(concat_ws(
        '|',
        case when p.population = 'returnee' then 'DTM returnees: IDPs who came back, not the returnees of HDX HAPI, who are refugees counted by UNHCR' end,
        case when d.district_pcode_match = 'contained_in' then 'DTM district within the COD district ' || d.cod_name_en end,
        case when p.completeness <> 'complete' then 'The list of the round is incomplete' end
    ), '') as warning,
    case
        when p.individuals_status = 'suppressed' then 'Population withheld by the publisher'
        when p.individuals is null then 'Population not known'
    end as error
from place p
left join governorate g on g.governorate = p.governorate
left join district d on d.governorate = p.governorate and d.district = p.district
order by p.population, p.round, p.admin_level, p.governorate, p.district
