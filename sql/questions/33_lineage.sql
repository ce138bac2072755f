-- From which file, sheet and row do the largest figures of the newest IDP list come?
-- Unit: households. source_row is the row as a spreadsheet numbers it. dtm trace ROUND PLACE_ID shows the row as it was received.
select
    m.round, m.place_id, m.location_name_en, m.households, s.vintage_date, s.source_file, s.source_sheet, s.source_row,
    s.submission_uuid, s.sha256
from idp_master_list as m
join list_edition as e on e.round = m.round and e.population = 'idp' and e.is_latest_vintage
join source_record as s
    on s.round = m.round and s.population = 'idp' and s.vintage_date = e.vintage_date and s.place_id = m.place_id
where m.round = (select max(round) from idp_master_list)
order by case when m.households is null then 1 else 0 end, m.households desc, m.place_id
limit 10
