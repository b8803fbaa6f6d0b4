"""Answers questions about DuckDB over standard input and output, a line of JSON each.

Asked: {"run": [SQL, ...], "ask": SQL, "runs": N}; the statements run once each, then the question N times.
Answered: {"run_ms": [...], "ask_ms": [...], "answer": [...], "resident": bytes, "peak": bytes}.
"""

import json
import sys
import time

import duckdb


def status(name):
    with open("/proc/self/status") as lines:
        for line in lines:
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return 0


def main():
    base = duckdb.connect(":memory:")
    base.execute("set enable_progress_bar = false")
    base.execute(f"set threads = {int(sys.argv[1])}")
    print(json.dumps({"version": duckdb.__version__}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        run_ms, ask_ms, answer = [], [], []
        for sql in asked.get("run", []):
            start = time.perf_counter()
            base.execute(sql)
            run_ms.append((time.perf_counter() - start) * 1000)
        for _ in range(asked.get("runs", 1) if asked.get("ask") else 0):
            start = time.perf_counter()
            rows = base.execute(asked["ask"]).fetchall()
            ask_ms.append((time.perf_counter() - start) * 1000)
            answer = [int(value or 0) for value in rows[0]]
        print(
            json.dumps(
                {
                    "run_ms": run_ms,
                    "ask_ms": ask_ms,
                    "answer": answer,
                    "resident": status("VmRSS"),
                    "peak": status("VmHWM"),
                }
            ),
            flush=True,
        )


main()
