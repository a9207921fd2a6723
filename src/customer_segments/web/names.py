"""What the web process, the worker and its work call by one name."""

HOME_VARIABLE, ORIGIN_VARIABLE, DATABASE_VARIABLE = "SEGMENTS_WEB_HOME", "SEGMENTS_WEB_ORIGIN", "SEGMENTS_WEB_DATABASE"
CUSTOMERS = ".explorer/customers.parquet"  # in a run's folder: the table that pages ask
ORDERS = ".explorer/orders.parquet"  # beside it: a row an order
USUAL = ".explorer/usual.json"  # beside it: what is usual in its columns
MARK_VARIABLE = "SEGMENTS_WEB_JOB"  # in the environment of every process of a job
SERVER_VARIABLE = "SEGMENTS_WEB_SERVER"  # the process without which a worker ends
BACKUPS_VARIABLE = "SEGMENTS_WEB_BACKUPS_DAYS"
METRICS_VARIABLE = "SEGMENTS_WEB_METRICS"
