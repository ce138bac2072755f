-- What travellers of the sample survey answered; who did not answer a question is no part of its shares.
with said as (
    select crossing_point, crossing_direction, 'nationality' as question, nationality as answer from clean_crossing_survey
    union all
    select crossing_point, crossing_direction, 'sex', sex from clean_crossing_survey
    union all
    select crossing_point, crossing_direction, 'age_group', age_group from clean_crossing_survey
    union all
    select crossing_point, crossing_direction, 'origin', origin from clean_crossing_survey
    union all
    select crossing_point, crossing_direction, 'destination', destination from clean_crossing_survey
    union all
    select crossing_point, crossing_direction, 'travel_reason', travel_reason from clean_crossing_survey
    union all
    select crossing_point, crossing_direction, 'intended_stay', intended_stay from clean_crossing_survey
),

answered as (
    select crossing_point, crossing_direction, question, count(*) as respondents
    from said
    where answer is not null
    group by crossing_point, crossing_direction, question
),

counted as (
    select crossing_point, crossing_direction, question, answer, count(*) as respondents
    from said
    where answer is not null
    group by crossing_point, crossing_direction, question, answer
)

select
    c.crossing_point,
    c.crossing_direction,
    c.question,
    c.answer,
    c.respondents,
    a.respondents as answered_respondents,
    cast(c.respondents as double) / a.respondents as share_of_answered
from counted as c
join answered as a
    on c.crossing_point = a.crossing_point and c.crossing_direction = a.crossing_direction and c.question = a.question
