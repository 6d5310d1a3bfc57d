"""Answers queries as DuckDB does: a JSON object a line comes in, one goes out.

{"tables": [statement, ...]} makes a new database; {"query": text} is answered by {"rows": [[value, ...], ...]}
or {"error": text}, and {"query": text, "plainly": true} by a database without an optimizer. Values are text: numbers without needless zeros, so that 2, 2.0 and 2.00 are alike.
"""

import datetime
import decimal
import json
import sys

import duckdb

SETTINGS = [
    # As PostgreSQL has it, and patronage.
    "set default_null_order = 'nulls_last_on_asc_first_on_desc'",
    "set integer_division = true",
    "set order_by_non_integer_literal = true",
    "set threads = 1",
]


def text(value):
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case decimal.Decimal():
            shown = format(value, "f")
            shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
            return "0" if shown == "-0" else shown
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float():
            return repr(value)
        case datetime.date():
            return value.isoformat()
        case _:
            return str(value)


def opened(tables):
    database = duckdb.connect()
    for statement in SETTINGS + tables:
        database.execute(statement)
    return database


def answer(database, query):
    try:
        rows = database.execute(query).fetchall()
    except duckdb.Error as error:
        return {"error": str(error)}
    return {"rows": [[text(value) for value in row] for row in rows]}


def main():
    database, tables = None, []
    for line in sys.stdin:
        asked = json.loads(line)
        if "tables" in asked:
            tables = asked["tables"]
            database = opened(tables)
        elif asked.get("plainly"):
            plain = opened([*tables, "pragma disable_optimizer"])
            print(json.dumps(answer(plain, asked["query"])), flush=True)
        else:
            answered = answer(database, asked["query"])
            if "FATAL" in answered.get("error", ""):
                # It answers nothing more.
                database = opened(tables)
            print(json.dumps(answered), flush=True)


main()
