"""What every peer's program shares: arguments, threads, measuring, the JSON line."""

import argparse
import json
import os
import statistics
import time

TRAINING_ROWS = ("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8")
THREADS = int(os.environ.get("KERASCPP_BENCH_THREADS", "2"))


def parse_arguments(rows, **extra):
    """--row, --seconds, --repeats, --setting and what `extra` names (choices, the first is the default)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--row", required=True, choices=rows)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one measurement")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--setting", help="use this setting rather than the best one")
    for name, choices in extra.items():
        parser.add_argument("--" + name, choices=choices, default=choices[0])
    return parser.parse_args()


def rates(step, seconds, repeats, warm_up=3):
    """Steps per second: `repeats` measurements of about `seconds` each, after at least `warm_up` steps."""
    start = time.perf_counter()
    done = 0
    while done < warm_up or time.perf_counter() - start < min(1.0, seconds):
        step()
        done += 1
    measured = []
    for _ in range(repeats):
        start, done = time.perf_counter(), 0
        while True:
            step()
            done += 1
            elapsed = time.perf_counter() - start
            if elapsed >= seconds:
                break
        measured.append(done / elapsed)
    return measured


def latencies(call, seconds, repeats):
    """Microseconds per call: in each measurement the median of single calls."""
    for _ in range(20):
        call()
    measured = []
    for _ in range(repeats):
        times, end = [], time.perf_counter_ns() + int(seconds * 1e9)
        while True:
            start = time.perf_counter_ns()
            call()
            now = time.perf_counter_ns()
            times.append(now - start)
            if now > end:
                break
        measured.append(statistics.median(times) / 1e3)
    return measured


def best_setting(settings, requested, cost):
    """(name, made) of the requested setting, or of the cheapest. `settings`: name -> function that makes a candidate;
    `cost(candidate)`: time per unit of work. A setting that the library refuses is left out."""
    if requested is not None:
        return requested, settings[requested]()
    costs, made, refused = {}, {}, []
    for name, make in settings.items():
        try:
            made[name] = make()
            costs[name] = cost(made[name])
        except (NotImplementedError, RuntimeError, TypeError, ValueError) as error:
            refused.append(f"{name}: {error}")
    if not costs:
        raise SystemExit("no setting works: " + "; ".join(refused))
    name = min(costs, key=costs.get)
    return name, made[name]


def report(row, peer, repeats, unit, setting="", case=""):
    """Prints the line that benchmarks/run.py reads."""
    line = {"row": row, "case": case, "peer": peer, "value": statistics.median(repeats), "unit": unit,
            "setting": setting, "repeats": repeats}  # fmt: skip
    print(json.dumps(line), flush=True)
