-- How often each list breaks each counted rule, against the known exceptions. Only warnings are guarded.
with found as (
    select
        rule,
        round,
        population,
        vintage_date,
        count(*) as rows_found,
        cast(sum(amount_households) as bigint) as amount_households
    from rule_breach
    group by rule, round, population, vintage_date
),

listed as ( -- every rule that concerns a list: broken there, or known to be
    select c.rule, c.severity, e.round, e.population, e.vintage_date
    from counted_rule c
    cross join list_edition e
),

matched as ( -- an exception accepted by the user stands before one of the project
    select
        l.*,
        x.rows_expected_minimum,
        x.rows_expected_maximum,
        x.households_expected,
        row_number() over (
            partition by l.rule, l.round, l.population, l.vintage_date
            order by case when x.basis = 'accepted' then 0 else 1 end, x.last_round - x.first_round, x.first_round
        ) as precedence
    from listed l
    left join known_exception x
        on x.rule = l.rule and x.population = l.population and x.vintage_date = l.vintage_date
        and l.round between x.first_round and x.last_round
),

expected as (
    select * from matched where precedence = 1
)

select
    e.rule,
    e.severity,
    e.round,
    e.population,
    e.vintage_date,
    coalesce(f.rows_found, 0) as rows_found,
    f.amount_households,
    case when e.severity = 'warning' then coalesce(e.rows_expected_minimum, 0) end as rows_expected_minimum,
    case when e.severity = 'warning' then coalesce(e.rows_expected_maximum, 0) end as rows_expected_maximum,
    e.households_expected,
    case
        when e.severity <> 'warning' then 'not_guarded'
        when coalesce(f.rows_found, 0) between coalesce(e.rows_expected_minimum, 0) and coalesce(e.rows_expected_maximum, 0)
            and coalesce(f.amount_households = e.households_expected, e.households_expected is null) then 'as_known'
        else 'different'
    end as exception_status
from expected e
left join found f
    on f.rule = e.rule and f.round = e.round and f.population = e.population and f.vintage_date = e.vintage_date
where f.rows_found > 0 or coalesce(e.rows_expected_maximum, 0) > 0
