#!/usr/bin/env python3
"""Works out the answers in this folder with SQLite, apart from Tamis.

Each *.sql file opens with comment lines: the question, the filter in one tongue or
both, the instant, and the figures. The SQL gives one row a customer, `id` and `answer`
(1 yes, 0 no, NULL unknown). Without arguments the figures are checked; with --write
they are written into the files.
"""

import csv
import gzip
import pathlib
import re
import sqlite3
import sys

HERE = pathlib.Path(__file__).parent
DATA = HERE.parents[2] / "rules" / "berka"
TABLES = ["account", "card", "client", "disp", "district", "loan", "order", "trans"]


def load():
    base = sqlite3.connect(":memory:")
    for table in TABLES:
        (path,) = DATA.glob(table + "*.asc.gz")
        with gzip.open(path, "rt", encoding="ascii", newline="") as text:
            rows = csv.reader(text, delimiter=";")
            names = next(rows)
            base.execute(f'CREATE TABLE "{table}" ({", ".join(names)})')
            marks = ", ".join("?" * len(names))
            cells = ([cell.strip() or None for cell in row] for row in rows)
            base.executemany(f'INSERT INTO "{table}" VALUES ({marks})', cells)
    base.executescript((HERE / "schema.sql").read_text(encoding="utf-8"))
    for table, column in [("disp", "client_id"), ("disp", "account_id"), ("trans", "account_id")]:
        base.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")
    return base


def figures(base, sql):
    row = base.execute(
        "SELECT count(*), count(DISTINCT id), coalesce(sum(answer = 1), 0), coalesce(sum(answer = 0), 0), "
        f"coalesce(sum(answer IS NULL), 0), coalesce(sum(CASE WHEN answer = 1 THEN CAST(id AS INTEGER) END), 0) FROM ({sql})"
    ).fetchone()
    assert row[0] == row[1] == 5369, f"one row a customer, not {row[0]} of {row[1]}"
    return dict(zip(["yes", "no", "unknown", "sum of ids"], row[2:]))


def main():
    base, write, wrong = load(), "--write" in sys.argv, 0
    for path in sorted(HERE.glob("[0-9]*.sql")):
        text = path.read_text(encoding="utf-8")
        head = "".join(re.findall(r"^--.*\n", text, re.M))
        sql = text[len(head):].strip().rstrip(";")
        found = figures(base, sql)
        if write:
            keep = re.sub(r"^-- (yes|no|unknown|sum of ids):.*\n", "", head, flags=re.M)
            head = keep + "".join(f"-- {name}: {value}\n" for name, value in found.items())
            path.write_text(head + sql + ";\n", encoding="utf-8")
        stated = {name: int(value) for name, value in re.findall(r"^-- (yes|no|unknown|sum of ids): (-?\d+)$", head, re.M)}
        if stated != found:
            wrong += 1
            print(f"{path.name}: stated {stated}, found {found}")
        else:
            print(f"{path.name}: {found}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
