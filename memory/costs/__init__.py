"""The data mart of costs: FOCUS rows as Parquet files, which files count, and questions about them.

    columns    what FOCUS 1.0 to 1.2 says of each column
    rules      which rows cannot be counted, and what else is wrong with those that can
    sources    a file as rows of FOCUS columns: CSV, gzipped CSV, Parquet, and plain tables by a mapping
    importing  one file, checked and written as Parquet
    mart       every file of a tenant, each counted once
    statement  pieces of SQL: a field, a filter, the files
    querying   a typed question, and why a sum changed, as SQL over those files

Nothing here reads a network or a clock, and no text of a person or a model becomes SQL.
"""
