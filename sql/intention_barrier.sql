-- What the majority of a population intends, and up to three barriers to return.
select
    round,
    population,
    place_id,
    majority_intention,
    barrier_1,
    barrier_2,
    barrier_3,
    sha256,
    source_file,
    source_sheet,
    source_row
from clean_intention_barrier
