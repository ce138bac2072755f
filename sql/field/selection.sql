-- The record of each location and population. Where records differ by more than the threshold, none is taken until a
-- person has decided; within it, the one submitted last stands for all and says so.
with spread as (
    select
        population,
        place_id,
        count(*) as submissions,
        min(record_households) as lowest,
        max(record_households) as highest
    from candidate
    group by population, place_id
),

chosen as (
    select c.population, c.place_id, min(c.uuid) as uuid, count(*) as decided
    from candidate c
    join kept_finding k on k.uuid = c.uuid and k.check_id = 'c03' and k.old_value = cast(c.record_households as varchar)
    group by c.population, c.place_id
),

judged as (
    select
        s.*,
        case when c.decided = 1 then c.uuid end as decided_uuid,
        -- that nobody lives there any more is no small difference
        coalesce(s.highest > 0 and s.lowest = 0, false)
            or coalesce(s.highest - s.lowest > p.informants_differ_households and s.highest - s.lowest > p.informants_differ_share * s.highest, false) as differs
    from spread s
    left join chosen c on c.population = s.population and c.place_id = s.place_id
    cross join policy p
)

select
    c.*,
    j.submissions,
    j.differs and j.decided_uuid is null as is_undecided,
    case
        when j.decided_uuid is not null then 'decided'
        when j.submissions = 1 then 'single'
        when j.differs then 'undecided'
        when j.lowest = j.highest then 'identical'
        else 'within_threshold'
    end as selection_basis
from candidate c
join judged j on j.population = c.population and j.place_id = c.place_id
where j.decided_uuid is null or j.decided_uuid = c.uuid
qualify row_number() over (partition by c.population, c.place_id order by c.submitted_at desc nulls last, c.uuid desc) = 1
