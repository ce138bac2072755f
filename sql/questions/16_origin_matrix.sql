-- From where to where: how many IDP households of each governorate of origin are in each governorate, newest round?
-- Unit: households; shares in percent. One row per cell of the matrix: pivot it in a spreadsheet. A governorate pair that is not there
-- has no households on the list. Origin is a margin of the list: it cannot be crossed with shelter or period.
-- Shares are given only where no figure of that origin is withheld.
with newest as (
    select *
    from idp_origin_to_displacement
    where round = (select max(round) from idp_origin_to_displacement)
)

select
    round, origin_governorate, origin_governorate_pcode, governorate, governorate_pcode, households,
    case
        when count(households) over (partition by origin_governorate) = count(*) over (partition by origin_governorate)
            then round(100.0 * households / nullif(sum(households) over (partition by origin_governorate), 0), 1)
    end as share_of_origin,
    case when origin_governorate = governorate then 'within the governorate' else 'from another governorate' end as kind
from newest
order by origin_governorate, governorate
