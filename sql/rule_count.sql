-- How often each list breaks each counted rule, against the known exceptions. Only warnings are guarded, and in field
-- rounds what blocks there; counts taken over from the list before are not the round's own.
with inherited as (
    select round, population, vintage_date, place_id
    from location_count
    where update_status not in ('unknown', 'new', 'updated')
),

found as (
    select
        b.rule,
        b.round,
        b.population,
        b.vintage_date,
        count(*) as rows_found,
        count(*) - count(i.place_id) as rows_guarded,
        cast(sum(b.amount_households) as bigint) as amount_households
    from rule_breach b
    left join inherited i
        on i.round = b.round and i.population = b.population and i.vintage_date = b.vintage_date and i.place_id = b.place_id
    group by b.rule, b.round, b.population, b.vintage_date
),

listed as ( -- every rule that concerns a list: broken there, or known to be
    select
        c.rule,
        case when e.release_kind = 'published' then c.severity else c.field_severity end as severity,
        e.round,
        e.population,
        e.vintage_date
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
    case when e.severity in ('warning', 'block') then coalesce(e.rows_expected_minimum, 0) end as rows_expected_minimum,
    case when e.severity in ('warning', 'block') then coalesce(e.rows_expected_maximum, 0) end as rows_expected_maximum,
    e.households_expected,
    case
        when e.severity not in ('warning', 'block') then 'not_guarded'
        when coalesce(f.rows_guarded, 0) between coalesce(e.rows_expected_minimum, 0) and coalesce(e.rows_expected_maximum, 0)
            and coalesce(f.amount_households = e.households_expected, e.households_expected is null) then 'as_known'
        else 'different'
    end as exception_status
from expected e
left join found f
    on f.rule = e.rule and f.round = e.round and f.population = e.population and f.vintage_date = e.vintage_date
where f.rows_found > 0 or coalesce(e.rows_expected_maximum, 0) > 0
