-- What majorities intend and what hinders return, by governorate and in all: shares of locations, and of the households
-- that live at them. A location that did not answer a topic is no part of its shares.
with people as (
    select round, population, place_id, governorate, households from listed_location
),

said as (
    select
        i.round,
        i.population,
        i.place_id,
        p.governorate,
        p.households,
        i.majority_intention,
        i.barrier_1,
        i.barrier_2,
        i.barrier_3
    from clean_intention_barrier i
    left join people p on p.round = i.round and p.population = i.population and p.place_id = i.place_id
),

answered as (
    select round, population, place_id, governorate, households, 'intention' as topic, majority_intention as topic_code
    from said
    where majority_intention is not null
    union all
    select round, population, place_id, governorate, households, 'barrier', barrier_1 from said where barrier_1 is not null
    union all
    select round, population, place_id, governorate, households, 'barrier', barrier_2 from said where barrier_2 is not null
    union all
    select round, population, place_id, governorate, households, 'barrier', barrier_3 from said where barrier_3 is not null
),

asked as (
    select distinct round, population, place_id, governorate, households, topic from answered
),

reporting as (
    select
        round,
        population,
        topic,
        case when grouping(governorate) = 1 then 'national' else 'governorate' end as area_level,
        governorate,
        count(*) as locations,
        cast(sum(households) as bigint) as households
    from asked
    group by round, population, topic, grouping sets ((), (governorate))
),

counted as (
    select
        round,
        population,
        topic,
        topic_code,
        case when grouping(governorate) = 1 then 'national' else 'governorate' end as area_level,
        governorate,
        count(*) as locations,
        cast(sum(households) as bigint) as households
    from answered
    group by round, population, topic, topic_code, grouping sets ((), (governorate))
),

label as (
    select 'intention' as topic, intention as topic_code, intention_en as topic_en from intention
    union all
    select 'barrier', barrier, barrier_en from barrier
)

select
    c.round,
    c.population,
    c.area_level,
    case c.area_level when 'national' then 'All' else coalesce(c.governorate, 'not known') end as area,
    c.governorate,
    c.topic,
    c.topic_code,
    l.topic_en,
    c.locations,
    r.locations as reporting_locations,
    cast(c.locations as double) / r.locations as share_of_locations,
    case when r.households > 0 then coalesce(c.households, 0) end as households,
    r.households as reporting_households,
    case when r.households > 0 then coalesce(cast(c.households as double), 0) / r.households end as share_of_households
from counted c
join reporting r
    on r.round = c.round and r.population = c.population and r.topic = c.topic and r.area_level = c.area_level
    and r.governorate is not distinct from c.governorate
join label l on l.topic = c.topic and l.topic_code = c.topic_code
