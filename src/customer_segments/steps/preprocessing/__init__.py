"""Which customers, which features, on which scale? The account of all rows, and the pipeline that prepares features."""
