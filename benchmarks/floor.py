"""The floor: what must be done at least. Read CSV, one unpivot, write Parquet."""

import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

IDENTITY = 11  # index column, eight identity columns, two counts
lists, out = Path(sys.argv[1]), Path(sys.argv[2])
connection = duckdb.connect()
for prefix in ("IDPs", "Returnee"):
    tables = [pacsv.read_csv(path) for path in sorted(lists.rglob(f"{prefix}*.csv"))]
    if not tables:
        continue
    table = pa.concat_tables(tables, promote_options="permissive")
    connection.register("lists", table)
    breakdown = ", ".join(f'"{name}"' for name in table.column_names[IDENTITY:] if name != "date")
    query = f"select * from (unpivot lists on {breakdown} into name category value households) where households <> 0"
    pq.write_table(connection.sql(query).to_arrow_table(), out / f"{prefix}.parquet")
