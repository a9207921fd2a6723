"""DuckDB counting the lines of a CSV file, and nothing else: what reading it costs at the least."""

import sys

import duckdb

connection = duckdb.connect(config={"threads": 1})
file = sys.argv[1].replace("'", "''")  # not as a parameter, for which DuckDB would load pandas
print(connection.execute(f"SELECT count(*) FROM read_csv('{file}')").fetchone()[0])
