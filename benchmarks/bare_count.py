"""DuckDB counting the lines of a CSV file, and nothing else: what reading it costs at the least."""

import sys

import duckdb

connection = duckdb.connect(config={"threads": 1})
print(connection.execute("SELECT count(*) FROM read_csv(?)", [sys.argv[1]]).fetchone()[0])
