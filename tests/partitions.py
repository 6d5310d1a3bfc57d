"""Reads a table by its folders, as DuckDB, Polars and Arrow do, and compares what they find.

    partitions.py FOLDER EXPECTED

The folders are those of the text column `category`; EXPECTED is a JSON object of the rows' `id` and the value
that each reader has to find.
"""

import json
import sys
from pathlib import Path

import duckdb
import polars
import pyarrow.dataset


def by_duckdb(folder):
    files = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = true, hive_types = {{'category': VARCHAR}})"
    return duckdb.sql(f"select id, category from {files}").fetchall()


def by_polars(folder):
    files = polars.scan_parquet(
        f"{folder}/", hive_partitioning=True, hive_schema={"category": polars.String}
    )
    return files.select("id", "category").collect().rows()


def by_arrow(folder):
    columns = pyarrow.schema([("category", pyarrow.string())])
    hive = pyarrow.dataset.partitioning(columns, flavor="hive")
    rows = pyarrow.dataset.dataset(folder, partitioning=hive).to_table(columns=["id", "category"])
    return [(row["id"], row["category"]) for row in rows.to_pylist()]


def main(folder, expected):
    expected = sorted(json.loads(expected.read_text()).items())
    for reader in [by_duckdb, by_polars, by_arrow]:
        found = sorted((str(number), value) for number, value in reader(folder))
        assert found == expected, (reader.__name__, found, expected)
        print(f"{reader.__name__}: {len(found)} rows")


main(*map(Path, sys.argv[1:]))
