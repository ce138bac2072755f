-- Points of entry by status in each window, and what changed since the newest window that ended before it began.
with status as (
    select window_start, window_end, crossing_point, entry_status from clean_point_of_entry_status
),

reported as (
    select distinct window_start, window_end from status
),

ended as (
    select r.window_start, r.window_end, max(p.window_end) as previous_window_end
    from reported as r
    join reported as p on p.window_end < r.window_start
    group by r.window_start, r.window_end
),

before as (
    select e.window_start, e.window_end, max(p.window_start) as previous_window_start, e.previous_window_end
    from ended as e
    join reported as p on p.window_end = e.previous_window_end
    group by e.window_start, e.window_end, e.previous_window_end
),

counted as (
    select
        window_start,
        window_end,
        count(*) as points_of_entry,
        count(case when entry_status = 'closed' then 1 end) as closed_points,
        count(case when entry_status = 'commercial_only' then 1 end) as commercial_only_points,
        count(case when entry_status = 'partially_open' then 1 end) as partially_open_points,
        count(case when entry_status = 'open' then 1 end) as open_points
    from status
    group by window_start, window_end
),

compared as (
    select
        b.window_start,
        b.window_end,
        count(case when p.entry_status <> s.entry_status then 1 end) as changed_points,
        count(case when p.crossing_point is null then 1 end) as added_points
    from before as b
    join status as s on b.window_start = s.window_start and b.window_end = s.window_end
    left join status as p
        on b.previous_window_start = p.window_start and b.previous_window_end = p.window_end
        and s.crossing_point = p.crossing_point
    group by b.window_start, b.window_end
),

dropped as (
    select
        b.window_start,
        b.window_end,
        count(*) as previous_points_of_entry,
        count(case when s.crossing_point is null then 1 end) as dropped_points
    from before as b
    join status as p on b.previous_window_start = p.window_start and b.previous_window_end = p.window_end
    left join status as s
        on b.window_start = s.window_start and b.window_end = s.window_end and p.crossing_point = s.crossing_point
    group by b.window_start, b.window_end
)

select
    c.window_start,
    c.window_end,
    c.points_of_entry,
    c.closed_points,
    c.commercial_only_points,
    c.partially_open_points,
    c.open_points,
    b.previous_window_start,
    b.previous_window_end,
    d.previous_points_of_entry,
    m.changed_points,
    m.added_points,
    d.dropped_points
from counted as c
left join before as b on c.window_start = b.window_start and c.window_end = b.window_end
left join compared as m on c.window_start = m.window_start and c.window_end = m.window_end
left join dropped as d on c.window_start = d.window_start and c.window_end = d.window_end
