"""How a table is made: readers, cleaning, and the warehouse that runs ``sql/``.

Pure: no Prefect, no Great Expectations, no clock, no environment.
"""
