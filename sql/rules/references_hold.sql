-- Values that should exist in another table and do not: every reference of the contract.
-- A line that ends in "-- each reference" stands for one line per reference.
select '{table}' as table_name, '{columns}' as columns, count(*) as rows_found from (select distinct {columns} from {table}) t anti join {to_table} r on {matches} where {given} having count(*) > 0 union all -- each reference
select null, null, null where false
