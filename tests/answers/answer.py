#!/usr/bin/env python3
"""Works out the answers in these folders with SQLite, apart from Tamis.

Each folder is a data set; each *.sql file in it opens with comment lines: the question,
the filter or the report in one tongue or both, the instant, and the figures. The SQL of
a filter gives one row a customer, `id` and `answer` (1 yes, 0 no, NULL unknown); that of a
report its rows in order. Without arguments the figures are checked; with --write they
are written into the files. Words of their paths choose some of them.
"""

import csv
import gzip
import itertools
import pathlib
import re
import sqlite3
import statistics
import sys
from decimal import ROUND_HALF_EVEN, Decimal

HERE = pathlib.Path(__file__).parent
RULES = HERE.parents[1] / "rules"


def berka(base):
    for table in ["account", "card", "client", "disp", "district", "loan", "order", "trans"]:
        (path,) = (RULES / "berka").glob(table + "*.asc.gz")
        with gzip.open(path, "rt", encoding="ascii", newline="") as text:
            rows = csv.reader(text, delimiter=";")
            names = next(rows)
            raw = [tuple(row) for row in rows]
        fill(base, f"raw_{table}", names, raw)
        fill(base, table, names, [tuple(cell.strip() or None for cell in row) for row in raw])
    yield
    for table, column in [("disp", "client_id"), ("disp", "account_id"), ("trans", "account_id")]:
        base.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")


def marketing(base):
    with gzip.open(RULES / "marketing" / "bank-full.csv.gz", "rt", newline="") as text:
        rows = csv.reader(text, delimiter=";")
        names = ["id"] + next(rows)
        fill(base, "call", names, [(at, *row) for at, row in enumerate(rows, 1)])
    yield


def cdnow(base):
    with gzip.open(RULES / "cdnow" / "CDNOW_sample.txt.gz", "rt") as text:
        names = ["cohort_id", "sample_id", "day", "discs", "dollars"]
        fill(base, "line", names, [tuple(line.split()) for line in text])
    yield


def retail(base):
    (path,) = (RULES / "retail").glob("*.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        fill(base, "line", next(rows), [tuple(row) for row in rows])
    yield


SETS = {"berka": berka, "marketing": marketing, "cdnow": cdnow, "retail": retail}


def fill(base, table, names, rows):
    quoted = ", ".join(f'"{name}"' for name in names)
    base.execute(f'CREATE TABLE "{table}" ({quoted})')
    base.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(names))})', rows)


class Values:
    """An aggregate over all present values."""

    def __init__(self):
        self.values, self.rest = [], ()

    def step(self, value, *rest):
        self.rest = rest
        if value is not None:
            self.values.append(value)


class Median(Values):
    def finalize(self):
        return statistics.median(self.values) if self.values else None


class Cut(Values):
    def finalize(self):
        if not self.values:
            return None
        values = sorted(self.values)
        place = Decimal(str(self.rest[0])) * (len(values) - 1)
        low = int(place)
        if low + 1 == len(values):
            return values[low]
        return values[low] + float(place - low) * (values[low + 1] - values[low])


class Deviation(Values):
    def finalize(self):
        return statistics.stdev(self.values) if len(self.values) > 1 else None


class MoneyMean(Values):
    """Of hundredths: exact, half to even at four places."""

    def finalize(self):
        if not self.values:
            return None
        mean = sum(Decimal(str(value)) for value in self.values) / 100 / len(self.values)
        return float(mean.quantize(Decimal("0.0001"), ROUND_HALF_EVEN))


def load(name):
    base = sqlite3.connect(":memory:")
    base.create_aggregate("median", 1, Median)
    base.create_aggregate("cut", 2, Cut)
    base.create_aggregate("stddev", 1, Deviation)
    base.create_aggregate("money_mean", 1, MoneyMean)
    steps = SETS[name](base)
    next(steps)
    views = HERE / name / "schema.sql"
    base.executescript(views.read_text(encoding="utf-8"))
    for _ in steps:
        pass
    return base


def figures(base, sql):
    people = base.execute("SELECT count(*) FROM person").fetchone()[0]
    row = base.execute(
        "SELECT count(*), count(DISTINCT id), coalesce(sum(answer = 1), 0), coalesce(sum(answer = 0), 0), "
        f"coalesce(sum(answer IS NULL), 0), coalesce(sum(CASE WHEN answer = 1 THEN CAST(id AS INTEGER) END), 0) FROM ({sql})"
    ).fetchone()
    assert row[0] == row[1] == people, f"one row a customer, not {row[0]} of {row[1]}"
    return [f"-- {name}: {value}\n" for name, value in zip(["yes", "no", "unknown", "sum of ids"], row[2:])]


def cell(value):
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.0f}" if value == int(value) else repr(value)
    return str(value)


def rows(base, sql):
    return [f"-- row: {'|'.join(map(cell, row))}\n" for row in base.execute(sql)]


STATED = r"^-- (?:yes|no|unknown|sum of ids|row):.*\n"


def main():
    write, wrong = "--write" in sys.argv, 0
    wanted = [part for part in sys.argv[1:] if not part.startswith("--")]
    for name in SETS:
        paths = sorted((HERE / name).glob("[0-9]*.sql"))
        paths = [path for path in paths if not wanted or any(part in f"{name}/{path.name}" for part in wanted)]
        base = load(name) if paths else None
        for path in paths:
            text = path.read_text(encoding="utf-8")
            head = "".join(itertools.takewhile(lambda line: line.startswith("--"), text.splitlines(True)))
            sql = text[len(head) :].strip().rstrip(";")
            is_report = re.search(r"^-- (report|报表):", head, re.M)
            found = (rows if is_report else figures)(base, sql)
            if write:
                head = re.sub(STATED, "", head, flags=re.M) + "".join(found)
                path.write_text(head + sql + ";\n", encoding="utf-8")
            stated = re.findall(STATED, head, re.M)
            wrong += stated != found
            verdict = "agrees" if stated == found else f"stated {stated}, found {found}"
            print(f"{name}/{path.name}: {verdict}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
