"""The whole of Semantic Scholar: its datasets on DuckDB or Spark, recorded as a refresh records.

    engine, engines, duck, spark        three methods: read, save, rows
    sql/                  every transformation, once, for both engines
    shapes, shards        what the shards hold, and whether they are whole
    folder                where everything lives, and what is finished
    releases, download, fetch, update   the Datasets API
    work, steps, session, run           results, step by step
    inputs, answers, records, queue     from a project, and back into its records

Needs the extra `phengraph[corpus]` (DuckDB) or `phengraph[spark]`; nothing else of phengraph needs either.
"""
