-- Values that should exist in another table and do not: every reference of the contract.
-- A line that ends in "-- each referenced key" stands for one line per key of a table that others refer to.
select table_name, columns, count(*) as rows_found from ({standing}) t anti join {to_table} r on {matches} where {given} group by table_name, columns union all -- each referenced key
select null, null, null where false
