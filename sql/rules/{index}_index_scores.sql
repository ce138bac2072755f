-- Locations whose scores lie outside what their answers allow, or that have neither a score nor a reason.
select index_round, place_id, model_id, model_version
from {index}_index
where false
    or {scale} < {scale}_min - 1e-9 or {scale} > {scale}_max + 1e-9 or {scale}_answered > {scale}_applicable -- each {index} scale
    or ({scale} is null) <> ({scale}_category is null) or (assessed and ({scale} is null) <> ({scale}_reason is not null)) -- each {index} scale
    or overall < overall_min - 1e-9 or overall > overall_max + 1e-9
    or (overall is null) <> (category is null) or (overall is null) <> (report_group is null)
    or (overall is null) <> (reason is not null)
    or (not assessed and overall is not null)
