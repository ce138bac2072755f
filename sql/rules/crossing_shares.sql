-- Questions of the survey whose answers do not add up to those who answered, in all or as in the interviews; shares above 1.
with interview as (
    select
        crossing_point,
        crossing_direction,
        count(nationality) + count(sex) + count(age_group) + count(origin) + count(destination) + count(travel_reason)
            + count(intended_stay) as answers
    from crossing_survey
    group by crossing_point, crossing_direction
),

summed as (
    select crossing_point, crossing_direction, sum(respondents) as answers
    from crossing_survey_summary
    group by crossing_point, crossing_direction
)

select crossing_point, crossing_direction, question
from crossing_survey_summary
group by crossing_point, crossing_direction, question
having sum(respondents) <> min(answered_respondents) or min(answered_respondents) <> max(answered_respondents)
    or max(share_of_answered) > 1
union all
select coalesce(i.crossing_point, s.crossing_point), coalesce(i.crossing_direction, s.crossing_direction), 'all'
from interview as i
full join summed as s on i.crossing_point = s.crossing_point and i.crossing_direction = s.crossing_direction
where coalesce(i.answers, 0) <> coalesce(s.answers, 0)
