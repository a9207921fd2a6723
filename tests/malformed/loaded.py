"""What the process loads from which hostile cases are started; threads must not run in it yet."""

import ibis.backends.duckdb.converter  # noqa: F401
import pandas  # noqa: F401

import tests.malformed.judging
import tests.sources.shop  # noqa: F401
