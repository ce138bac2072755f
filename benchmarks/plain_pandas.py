"""The plain script: read with pandas, melt, drop zeros, total, write."""

import sys
from pathlib import Path

import pandas as pd

IDENTITY = 11
lists, out = Path(sys.argv[1]), Path(sys.argv[2])
for prefix in ("IDPs", "Returnee"):
    paths = sorted(lists.rglob(f"{prefix}*.csv"))
    if not paths:
        continue
    frame = pd.concat([pd.read_csv(path).dropna(subset=["Governorate"]) for path in paths], ignore_index=True)
    identity = [*frame.columns[:IDENTITY], "date"]
    long = frame.melt(id_vars=identity, var_name="category", value_name="households")
    long = long[long["households"] > 0]
    long.to_parquet(out / f"{prefix}.parquet")
    long.groupby(["date", "Governorate", "category"])["households"].sum().reset_index().to_parquet(
        out / f"{prefix}-totals.parquet"
    )
