-- Changes that do not close, or whose values are not those of the summaries.
select index_round, model_id, area, index_measure
from {index}_index_change
where previous_value + like_for_like + newly_assessed - no_longer_assessed <> value
    or value - previous_value <> plain_change
    or became_severe + stopped_severe + stayed_severe <> like_for_like
    or newly_classifiable > newly_assessed
    or no_longer_classifiable + emptied > no_longer_assessed
union all
select c.index_round, c.model_id, c.area, c.index_measure
from {index}_index_change c
join {index}_index_summary s
    on s.index_round = c.index_round and s.model_id = c.model_id and s.model_version = c.model_version and s.area_level = 'national'
join {index}_index_summary b
    on b.index_round = c.previous_index_round and b.model_id = c.model_id and b.model_version = c.model_version
    and b.area_level = 'national'
where c.area_level = 'national'
    and case c.index_measure
        when 'severe_{people}' then c.value <> s.high_{people} or c.previous_value <> b.high_{people}
        when 'severe_locations' then c.value <> s.high_locations or c.previous_value <> b.high_locations
        when 'locations'
            then c.value <> s.locations - s.unclassified_locations or c.previous_value <> b.locations - b.unclassified_locations
        else c.value <> s.{people} - s.unclassified_{people} or c.previous_value <> b.{people} - b.unclassified_{people}
    end
