-- Submissions of one team at two places that differ in only a few counts. Only pairs that share several different
-- numbers above the trivial are compared, because small places with one category each are alike by nature.
with own as (
    select c.uuid, i.population, i.team, i.place_id, c.question, c.households
    from cell c
    join interview i on i.uuid = c.uuid
    where i.visit_type = 'interview'
),

size as (
    select uuid, count(*) as cells
    from own
    group by uuid
),

alike as (
    select a.uuid as uuid, b.uuid as other_uuid, count(distinct a.households) as shared_values
    from own a
    join own b on b.population = a.population and b.team = a.team and b.question = a.question and b.households = a.households
        and b.uuid > a.uuid and b.place_id <> a.place_id
    where a.households > 5
    group by a.uuid, b.uuid
),

compared as (
    select
        l.uuid,
        l.other_uuid,
        any_value(s.cells) + any_value(o.cells) - count(b.uuid) - count(b.uuid) filter (where b.households = a.households) as differences
    from alike l
    join size s on s.uuid = l.uuid
    join size o on o.uuid = l.other_uuid
    join own a on a.uuid = l.uuid
    left join own b on b.uuid = l.other_uuid and b.question = a.question
    cross join policy p
    where l.shared_values >= p.identical_values
    group by l.uuid, l.other_uuid
)

select i.uuid, i.population, i.place_id, 'households' as question, cast(i.households as varchar) as old_value,
    'Differs in only ' || c.differences || ' counts from submission ' || case when i.uuid = c.uuid then c.other_uuid else c.uuid end || ' at another place.' as issue,
    c.uuid || ' ' || c.other_uuid as group_key
from compared c
join interview i on i.uuid in (c.uuid, c.other_uuid)
cross join policy p
where c.differences <= p.duplicate_answers
