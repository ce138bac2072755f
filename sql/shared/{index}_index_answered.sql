-- What each run found at each location: its answers, also those not given, in the order of locations and indicators.
select
    r.run,
    i.item,
    cast(r.first_cell + a.answer_number as integer) as cell
from clean_index_answer a
join {index}_index_item i on i.item = a.place_number
join {index}_index_run r on r.index_round = i.index_round
