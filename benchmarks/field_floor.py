"""The floor of a field round: what a script of a few lines does with the same pages in pandas - no checks, no review, no trace.

Reads the pages, drops doubled submissions, takes the last approved one of each location, adds up households by governorate."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd

rows = [row for path in sorted(Path(sys.argv[1]).glob("*.json")) for row in json.loads(path.read_bytes())["results"]]
frame = pd.DataFrame.from_records(rows)
frame = frame.drop_duplicates("_uuid")
frame["state"] = [state.get("uid", "") for state in frame["_validation_status"]]
frame["count/households"] = pd.to_numeric(frame["count/households"], errors="coerce")
approved = frame[frame["state"] == "validation_status_approved"].sort_values("_submission_time")
last = approved.groupby(["visit/population", "place/place_id"]).tail(1)
print(last.groupby(["visit/population", "place/governorate"])["count/households"].sum().sum())
