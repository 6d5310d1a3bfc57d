#!/usr/bin/env python3
"""The CSV reader beside those of DataFusion, DuckDB and Polars, on the same files.

    python3 -m venv bench/venv
    bench/venv/bin/pip install duckdb polars
    bench/venv/bin/python benches/read.py --rows 4000000

DuckDB writes order lines of sixteen columns, each file with a given share of
rows that hold a date or a number that is none; one note in ten is quoted, with
delimiters and quotes within. Every reader reads all columns into the same
types and counts values. Readers take turns, one process each; the median
counts. CPU seconds and peak memory are those of the process, without its start.

With bad rows: ours keeps each of them in the quarantine with its line, reason
and raw text; DuckDB leaves them out, and as `duckdb_rejects` writes them down;
Polars makes the bad values NULL; DataFusion's typed reader stops, so that
`datafusion_try` reads texts and casts those it can.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

TYPES = dict(
    order_id="BIGINT", line_no="INTEGER", customer_id="BIGINT", ordered_at="TIMESTAMP",
    updated_at="TIMESTAMP", product_id="VARCHAR", category="VARCHAR", brand="VARCHAR",
    quantity="INTEGER", unit_price="DECIMAL(18,2)", discount="DECIMAL(18,2)", unit_cost="DOUBLE",
    is_promotion="BOOLEAN", channel="VARCHAR", status="VARCHAR", note="VARCHAR",
)
#: Ours first: the others are compared with it. What each can do with bad rows.
CLEAN = ["ours", "datafusion", "duckdb", "polars"]
DIRTY = ["ours", "datafusion_try", "duckdb", "duckdb_rejects", "polars"]


def write(file: Path, rows: int, bad: float) -> None:
    """Order lines. Whether a row is bad depends on its number alone."""
    import duckdb

    every = round(1 / bad) if bad else rows + 1
    duckdb.sql(f"""
        COPY (
          SELECT i // 3 AS order_id, i % 3 + 1 AS line_no, h % 1000000 AS customer_id,
            CASE WHEN i % {2 * every} = {every} THEN 'not a date' ELSE strftime(day, '%Y-%m-%d %H:%M:%S') END
              AS ordered_at,
            strftime(day + INTERVAL (h % 900) SECOND, '%Y-%m-%d %H:%M:%S') AS updated_at,
            'P' || h % 5000 AS product_id,
            ['grocery', 'toys', 'garden', 'pet', 'household', 'office'][h % 6 + 1] AS category,
            'brand_' || lpad((h % 40)::VARCHAR, 2, '0') AS brand,
            h % 9 + 1 AS quantity,
            CASE WHEN i % {2 * every} = {2 * every - 1} THEN 'n/a'
              ELSE ((h % 20000) / 100)::DECIMAL(18, 2)::VARCHAR END AS unit_price,
            ((h % 500) / 100)::DECIMAL(18, 2) AS discount,
            ((h % 15000) / 1000)::DECIMAL(18, 3) AS unit_cost,
            h % 4 = 0 AS is_promotion,
            ['web', 'store', 'phone'][h % 3 + 1] AS channel,
            ['completed', 'completed', 'cancelled', 'returned'][h % 4 + 1] AS status,
            CASE WHEN h % 10 = 1 THEN 'left at the "back" door, as agreed'
              WHEN h % 2 = 0 THEN 'delivered to the neighbours' END AS note
          FROM (SELECT i, (hash(i) >> 8)::BIGINT AS h,
                  TIMESTAMP '2023-01-01' + INTERVAL (i % 94608000) SECOND AS day
                FROM range({rows}) AS t(i)))
        TO '{file}' (HEADER)""")


def duckdb_reader(file: str, threads: int, rejects: bool) -> dict:
    import duckdb

    connection = duckdb.connect(config=dict(threads=threads))
    bad = "store_rejects = true, rejects_limit = 0" if rejects else "ignore_errors = true"
    counts = ", ".join(f"count({name})" for name in TYPES)
    started = clock()
    found = connection.execute(f"SELECT count(*), {counts} FROM read_csv('{file}', header = true, "
                           f"delim = ',', quote = '\"', columns = {TYPES}, {bad})").fetchone()
    return took(started, found[0], sum(found[1:]))


def polars_reader(file: str, threads: int) -> dict:
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars

    # Three times as fast as to name the type in the schema, where the pattern is guessed.
    types = dict(BIGINT=polars.Int64, INTEGER=polars.Int32, TIMESTAMP=polars.String,
                 VARCHAR=polars.String, DOUBLE=polars.Float64, BOOLEAN=polars.Boolean)
    schema = {name: types.get(kind, polars.Decimal(18, 2)) for name, kind in TYPES.items()}
    times = polars.col([name for name, kind in TYPES.items() if kind == "TIMESTAMP"])
    times = times.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    started = clock()
    frame = polars.scan_csv(file, schema=schema, ignore_errors=True).with_columns(times)
    counts = [polars.len().alias("rows"), polars.all().count()]
    found = frame.select(counts).collect(engine="streaming").row(0)
    return took(started, found[0], sum(found[1:]))


def clock():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime, time.perf_counter()


def took(started, rows: int, values: int) -> dict:
    (cpu, wall), used = clock(), resource.getrusage(resource.RUSAGE_SELF)
    return dict(rows=rows, values=values, rejected=0, wall_s=wall - started[1],
                cpu_s=cpu - started[0], peak_mib=used.ru_maxrss / 1024)


def run(executable: str, reader: str, threads: int, file: Path) -> dict:
    own = reader == "ours" or reader.startswith("datafusion")
    command = [executable] if own else [sys.executable, __file__, "--reader"]
    done = subprocess.run([*command, reader, str(threads), str(file)], capture_output=True, text=True)
    if done.returncode:
        return dict(failed=done.stderr.strip().splitlines()[-1:])
    return json.loads(done.stdout)


def bench_executable() -> str:
    """The path of the compiled `benches/read.rs`."""
    build = ["cargo", "bench", "--bench", "read", "--no-run", "--message-format", "json"]
    out = subprocess.run(build, check=True, stdout=subprocess.PIPE, text=True).stdout
    made = [json.loads(line) for line in out.splitlines()]
    return next(m["executable"] for m in made
                if m.get("executable") and m["target"]["name"] == "read")


def compare(executable, readers, threads, file, runs) -> dict:
    """The median of every figure of every reader; they take turns."""
    lines = {reader: [] for reader in readers}
    for _ in range(runs):
        for reader in readers:
            lines[reader].append(run(executable, reader, threads, file))
    size = file.stat().st_size / 1e6
    medians = {}
    for reader, several in lines.items():
        if "failed" in several[0]:
            print(f"{reader}: {several[0]['failed']}")
            continue
        medians[reader] = {of: statistics.median(one[of] for one in several) for of in several[0]}
        m = medians[reader]
        print(f"| `{reader}` | {threads} | {m['cpu_s']:.2f} | {m['wall_s']:.2f} | "
              f"{size / m['cpu_s']:.0f} | {m['rows'] / m['cpu_s'] / 1e6:.2f} | "
              f"{m['peak_mib']:.0f} | {m['rows']:.0f} | {m['rejected']:.0f} |", flush=True)
    return medians


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    words.add_argument("--rows", type=int, default=4_000_000)
    words.add_argument("--bad", type=float, default=0.01, help="the share of bad rows")
    words.add_argument("--folder", type=Path, default=Path("bench"))
    words.add_argument("--executable", help="benches/read.rs, compiled")
    words.add_argument("--runs", type=int, default=5)
    words.add_argument("--reader", nargs=3, help=argparse.SUPPRESS)
    words = words.parse_args()
    if words.reader:
        reader, threads, file = words.reader
        read = polars_reader if reader == "polars" else duckdb_reader
        rejects = [reader == "duckdb_rejects"] if reader != "polars" else []
        print(json.dumps(read(file, int(threads), *rejects)))
        return

    words.folder.mkdir(exist_ok=True)
    files = [(words.folder / "read-clean.csv", 0.0, CLEAN),
             (words.folder / "read-dirty.csv", words.bad, DIRTY)]
    for file, bad, _ in files:
        write(file, words.rows, bad)
    executable = words.executable or bench_executable()
    alone = []
    for threads in (1, os.cpu_count()):
        for file, bad, readers in files:
            print(f"\n{file.name}: {file.stat().st_size / 1e6:.0f} MB, {words.rows} rows, "
                  f"{bad:.0%} of them bad")
            print("| reader | threads | CPU s | wall s | MB per CPU s | million rows per CPU s "
                  "| peak MiB | rows | rejected |")
            print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
            medians = compare(executable, readers, threads, file, words.runs)
            if threads == 1:
                alone.append(medians)
    clean, dirty = alone
    assert len({(one["rows"], one["values"]) for one in clean.values()}) == 1, "they differ"
    reference = clean["datafusion"]["cpu_s"]
    for name, ours, wanted in [("clean", clean["ours"], 0.9), ("with bad rows", dirty["ours"], 0.6)]:
        ratio = reference / ours["cpu_s"]
        verdict = "holds" if ratio >= wanted else "FAILS"
        print(f"{name}: {ratio:.2f} of the speed of DataFusion's reader on clean data "
              f"(wanted {wanted}: {verdict})")


if __name__ == "__main__":
    main()
