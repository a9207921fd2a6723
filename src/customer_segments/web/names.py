"""What the web process, the worker and its work call by one name."""

HOME_VARIABLE, ORIGIN_VARIABLE, DATABASE_VARIABLE = "SEGMENTS_WEB_HOME", "SEGMENTS_WEB_ORIGIN", "SEGMENTS_WEB_DATABASE"
PROXY_VARIABLE = "SEGMENTS_WEB_PROXY"  # the address of what speaks TLS before us, where it is another machine
CUSTOMERS = ".explorer/customers.parquet"  # in a run's folder: the table that pages ask
