"""Reads a warehouse by globs, folders and single files, as DuckDB, Polars, pandas and Arrow do, and compares.

    readers.py WAREHOUSE RUN_RESULTS

Rows must be those of the release record, sums of money equal to the cent in every reader and to the
run's headlines, partition columns dates, the pipeline or the source, and every column described. Each partition is one file.
Prints a line per table.
"""

import json
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow.dataset
import pyarrow.parquet


def release(warehouse):
    records = warehouse / "_patronage"
    number = json.loads((records / "current.json").read_text())["release"]
    return json.loads((records / "releases" / f"{number:09}.json").read_text())


def by_duckdb(glob):
    rows = f"read_parquet('{glob}', hive_partitioning = true)"
    types = {name: kind for name, kind, *_ in duckdb.sql(f"describe from {rows}").fetchall()}
    money = [name for name, kind in types.items() if kind.startswith("DECIMAL")]
    sums = ", ".join(["count(*)"] + [f"sum({name})" for name in money])
    [(count, *values)] = duckdb.sql(f"select {sums} from {rows}").fetchall()
    dates = {name for name, kind in types.items() if kind == "DATE"}
    return count, exact(money, values), dates


def by_polars(glob, hive=None):
    rows = polars.scan_parquet(glob, hive_partitioning=hive)
    types = rows.collect_schema()
    money = [name for name, kind in types.items() if isinstance(kind, polars.Decimal)]
    sums = rows.select(polars.len(), *[polars.col(name).sum() for name in money])
    count, *values = sums.collect().row(0)
    dates = {name for name, kind in types.items() if kind == polars.Date}
    return count, exact(money, values), dates


def by_arrow(folder, partitions):
    kinds = {"pipeline": pyarrow.string(), "source": pyarrow.string()}
    columns = pyarrow.schema([(name, kinds.get(name, pyarrow.date32())) for name in partitions])
    hive = pyarrow.dataset.partitioning(columns, flavor="hive")
    return of_arrow(pyarrow.dataset.dataset(folder, partitioning=hive).to_table())


def by_single_files(files):
    """Each file alone, as if nothing were known of its folder."""
    return of_arrow(pyarrow.concat_tables(pyarrow.parquet.ParquetFile(file).read() for file in files))


def of_arrow(rows):
    money = [field.name for field in rows.schema if pyarrow.types.is_decimal(field.type)]
    values = [pyarrow.compute.sum(rows[name]).as_py() for name in money]
    dates = {field.name for field in rows.schema if field.type == pyarrow.date32()}
    return rows.num_rows, exact(money, values), dates


def by_pandas(folder):
    rows = pandas.read_parquet(folder, partitioning=None, dtype_backend="pyarrow")
    types = {name: kind.pyarrow_dtype for name, kind in rows.dtypes.items()}
    money = [name for name, kind in types.items() if pyarrow.types.is_decimal(kind)]
    values = [pyarrow.compute.sum(pyarrow.array(rows[name])).as_py() for name in money]
    dates = {name for name, kind in types.items() if kind == pyarrow.date32()}
    return len(rows), exact(money, values), dates


def exact(names, values):
    """Sums of money; a float among them would have lost cents."""
    assert all(isinstance(value, Decimal | None) for value in values), values
    return {name: Decimal(value or 0) for name, value in zip(names, values)}


def described(file):
    """Whether the table and each of its columns say what they are."""
    table = json.loads(pyarrow.parquet.read_metadata(file).metadata[b"patronage.table"])
    columns = pyarrow.parquet.read_schema(file)
    return bool(table["description"]) and all(
        field.metadata and field.metadata.get(b"description") for field in columns
    )


def compare(warehouse, name, table):
    files = [warehouse / file["path"] for file in table["files"]]
    partitions = [part.split("=")[0] for part in table["files"][0]["path"].split("/") if "=" in part]
    glob = f"{warehouse}/{name}/**/*.parquet"
    rows, money, dates = answer = by_duckdb(glob)
    assert answer == by_polars(glob, hive=True) == by_arrow(warehouse / name, partitions), name
    assert answer == by_polars(glob) == by_pandas(warehouse / name) == by_single_files(files), name
    assert len(files) == len({tuple(file["partition"]) for file in table["files"]}), (name, len(files))
    assert rows == table["rows"], (name, rows, table["rows"])
    assert set(partitions) <= dates | {"pipeline", "source"}, (name, partitions, dates)
    assert all(map(described, files)), name
    sums = ", ".join(f"{column} {value}" for column, value in money.items())
    print(f"{name}: {rows} rows in {len(files)} files; {sums or 'no money'}")


# The equity of the last period, which nobody knows where the data leave its models open.
EQUITY = """max_by(
    {'known': if(purchase_model_identified and spend_model_identified, customer_equity, null)}, period
).known"""


def compare_headlines(warehouse, results):
    promised = {line["title"]: line["value"] for line in results["headlines"]}
    rows = "read_parquet('{}/{}/**/*.parquet', hive_partitioning = true)"
    queries = {
        "Customers": ("count(*)", "dim_customer", "true"),
        "Order lines": ("count(*)", "fact_order_line", "true"),
        "Revenue": ("sum(net_amount)", "fact_order_line", "status = 'completed'"),
        "Customer equity": (EQUITY, "fact_equity", "segment = 'all'"),
    }
    for title, (value, table, where) in queries.items():
        table = rows.format(warehouse, table)
        [(found,)] = duckdb.sql(f"select {value} from {table} where {where}").fetchall()
        found = None if found is None else str(found)
        assert found == promised[title], (title, found, promised[title])
        print(f"{title}: {found}")


def main(warehouse, results):
    for name, table in release(warehouse)["tables"].items():
        compare(warehouse, name, table)
    compare_headlines(warehouse, json.loads(results.read_text()))


main(*map(Path, sys.argv[1:]))
