-- Which share of IDP households lives in camps, private, critical and unknown shelter, by round?
select
    round,
    shelter_group,
    sum(households) as households,
    round(100.0 * sum(households) / sum(sum(households)) over (partition by round), 1) as share
from shelter_summary
where population = 'idp'
group by round, shelter_group
order by round, households desc
