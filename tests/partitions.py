"""Reads a table by its folders and by its files, as DuckDB, Polars, pandas and Arrow do, and compares what they find.

    partitions.py FOLDER EXPECTED [FOLDERS-ONLY]

The folders are those of the text column `category`; EXPECTED is a JSON object of the rows' `id` and the value
that each reader has to find. Readers of the files alone do not take part if the column is in the names of folders only.
"""

import json
import sys
from pathlib import Path

import duckdb
import pandas
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


def by_plain_duckdb(folder):
    return duckdb.sql(f"select id, category from '{folder}/**/*.parquet'").fetchall()


def by_plain_polars(folder):
    return polars.scan_parquet(f"{folder}/**/*.parquet").select("id", "category").collect().rows()


def by_pandas(folder):
    rows = pandas.read_parquet(folder, partitioning=None)
    return list(zip(rows["id"], rows["category"]))


def by_single_files(folder):
    files = [pandas.read_parquet(file) for file in Path(folder).rglob("*.parquet")]
    return [row for file in files for row in zip(file["id"], file["category"])]


def main(folder, expected, *folders_only):
    expected = sorted(json.loads(expected.read_text()).items())
    readers = [by_duckdb, by_polars, by_arrow]
    if not folders_only:
        readers += [by_plain_duckdb, by_plain_polars, by_pandas, by_single_files]
    for reader in readers:
        found = sorted((str(number), value) for number, value in reader(folder))
        assert found == expected, (reader.__name__, found, expected)
        print(f"{reader.__name__}: {len(found)} rows")


main(*map(Path, sys.argv[1:]))
