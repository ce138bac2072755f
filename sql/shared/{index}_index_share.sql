-- What share each scale has in a mean of the scales, by run; and by which rule they are combined.
select distinct
    r.run,
    c.scale,
    c.scale_share as share,
    m.combination_rule as rule
from {index}_index_run r
join clean_index_model m on m.model_id = r.model_id and m.model_version = r.model_version
join clean_index_model_category c on c.model_id = r.model_id and c.model_version = r.model_version and c.scale <> 'overall'
