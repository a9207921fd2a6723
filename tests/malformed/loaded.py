"""What the process loads from which hostile cases are started; threads must not run in it yet."""

import customer_segments.sources.columnar
import customer_segments.sources.delimited
import customer_segments.sources.records
import customer_segments.sources.workbooks
import tests.malformed.judging
import tests.sources.shop  # noqa: F401
