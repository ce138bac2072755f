-- A list as one hash.
select sha256(concat(
    (
        select string_agg(concat_ws('|', population, place_id, households, update_status), chr(10) order by population, place_id)
        from list_row
    ),
    chr(10),
    (
        select string_agg(concat_ws('|', population, place_id, dimension, category, coalesce(households, -1)), chr(10) order by population, place_id, dimension, category)
        from list_cell
    )
)) as list_sha256
