-- Severity by the Return Index of index rounds that are weighted with the people of this round: nation and governorates.
select
    i.index_round || '/' || i.model_id || '/' || i.model_version || '/' || i.area_level || '/' || i.area as key,
    i.index_round,
    i.model_id,
    i.model_version,
    i.model_status,
    i.area_level,
    i.area,
    i.governorate,
    i.high_returnees,
    i.high_locations,
    i.medium_returnees,
    i.medium_locations,
    i.low_returnees,
    i.low_locations,
    i.unclassified_returnees,
    i.unclassified_locations,
    i.severe_share
from return_index_summary i
join this_round t on t.round = i.round
where i.area_level in ('national', 'governorate')
order by i.index_round, i.model_id, i.model_version, case when i.area_level = 'national' then 0 else 1 end, i.area
