"""What must be true: words, code lists, columns, tables and rules, each declared once.

Everything else (Arrow schemas, Great Expectations suites, the data dictionary, DuckDB comments,
HXL tags) is derived from the declarations in this package.
"""
