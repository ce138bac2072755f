-- When were the IDP households of the newest round displaced?
-- Unit: households; share in percent of the households whose period is on the list. A period is that of the displacement which the list
-- names; it is a margin and cannot be crossed with origin or shelter. Periods open over time: table wave says in which round.
with newest as (
    select *
    from period_summary
    where population = 'idp' and round = (select max(round) from period_summary where population = 'idp')
),

by_wave as (
    select
        round, wave, wave_en, wave_order,
        case when count(households) = count(*) then sum(households) end as households
    from newest
    group by round, wave, wave_en, wave_order
)

select
    round, wave, wave_en, households,
    case
        when count(households) over () = count(*) over ()
            then round(100.0 * households / nullif(sum(households) over (), 0), 1)
    end as share
from by_wave
order by wave_order
