#!/usr/bin/env python3
"""Measures ours and the peers in turn and prints a table with the ratios; see README.md.

    run.py T1 T2 --build build/bench --python VENV/bin/python
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

from rows import ROWS

FOLDER = pathlib.Path(__file__).resolve().parent
OURS = "kerascpp"


def child_environment(threads, cache):
    """The same for ours and for every peer."""
    count = str(threads)
    # glibc keeps what is freed: no trimming, no mmap for large blocks, and it grows in large steps
    malloc = {"trim_threshold": 1 << 40, "mmap_max": 0, "top_pad": 64 << 20}
    environment = dict(os.environ)
    environment.update({
        "GLIBC_TUNABLES": ":".join(f"glibc.malloc.{key}={value}" for key, value in malloc.items()),
        "KERASCPP_BENCH_THREADS": count,
        "KERASCPP_BENCH_CACHE": str(cache),
        "CUDA_VISIBLE_DEVICES": "",
        "JAX_PLATFORMS": "cpu",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "OMP_NUM_THREADS": count,
        "MKL_NUM_THREADS": count,
        "OPENBLAS_NUM_THREADS": count,
        "NUMBA_NUM_THREADS": count,
        "TF_NUM_INTRAOP_THREADS": count,
        "TF_NUM_INTEROP_THREADS": count,
        "NPROC": count,  # XLA's thread pools
    })  # fmt: skip
    return environment


class Contestant:
    """Ours or a peer of one row: a command, and what it has measured so far."""

    def __init__(self, name, command):
        self.name, self.command = name, command
        self.values, self.settings, self.units, self.failure = {}, {}, {}, None

    def run(self, row, options, environment, timeout):
        command = [*self.command, "--row", row, *options]
        if len(set(self.settings.values())) == 1 and self.settings and self.name != OURS:
            setting = next(iter(self.settings.values()))
            command += ["--setting", setting] if setting else []
        try:
            result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            self.failure = f"took longer than {timeout} s"
            return
        if result.returncode != 0:
            self.failure = (result.stderr.strip().splitlines() or [f"exit code {result.returncode}"])[-1]
            return
        for line in result.stdout.splitlines():
            if not line.startswith("{"):
                continue
            found = json.loads(line)
            case = found.get("case", "")
            self.values.setdefault(case, []).append(found["value"])
            self.settings[case], self.units[case] = found.get("setting", ""), found["unit"]


def contestants(row, arguments):
    executable = arguments.build / "bin" / f"bench_{row.lower()}"
    if not executable.exists():  # one program for all rows of a letter
        executable = executable.with_name(f"bench_{row[0].lower()}")
    found = [Contestant(OURS, [str(executable)])] if executable.exists() else []
    if not found:
        print(f"{row}: {executable} is not built; peers only", file=sys.stderr)
    for peer in ROWS[row].peers:
        if not arguments.peers or peer.name in arguments.peers:
            command = [str(arguments.python), str(FOLDER / "peers" / peer.script), *peer.arguments]
            found.append(Contestant(peer.name, command))
    return found


def measure(row, arguments, environment):
    found = contestants(row, arguments)
    options = ["--seconds", str(arguments.seconds), "--repeats", str(arguments.repeats)]
    for round_index in range(arguments.rounds):
        for contestant in found:
            if contestant.failure is None:
                start = time.perf_counter()
                contestant.run(row, options, environment, arguments.timeout)
                took = time.perf_counter() - start
                print(f"{row} round {round_index + 1}: {contestant.name} ({took:.0f} s)", file=sys.stderr, flush=True)
    return found


def summarize(row, found):
    """One result per case: rows of the table and whether the bar is met (None without ours)."""
    results = []
    for case, bar in ROWS[row].bars.items():
        medians = {c.name: statistics.median(c.values[case]) for c in found if case in c.values}
        peers = {name: value for name, value in medians.items() if name != OURS}
        ours = medians.get(OURS)
        choose = max if ROWS[row].better == "higher" else min
        best = choose(peers, key=peers.get) if peers else None
        ratio = ours if not ROWS[row].peers else ours / peers[best] if ours is not None and best is not None else None
        met = None if ratio is None else (ratio >= bar if ROWS[row].better == "higher" else ratio <= bar)
        results.append({"row": row, "case": case, "better": ROWS[row].better, "bar": bar, "best_peer": best,
                        "ratio": ratio, "met": met, "contestants": [
            {"name": c.name, "median": medians[c.name], "low": min(c.values[case]), "high": max(c.values[case]),
             "unit": c.units[case], "setting": c.settings[case]} for c in found if case in c.values
        ]})  # fmt: skip
    return results


def print_table(results, failures):
    print("| row | case | who | median | low - high | unit | setting | ours / best peer | bar | |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for result in results:
        sign = "x " if result["better"] == "higher" else "<= "
        for who in result["contestants"]:
            ours = who["name"] == OURS
            ratio = f"{result['ratio']:.3g}" if ours and result["ratio"] is not None else ""
            verdict = {True: "met", False: "missed", None: ""}[result["met"]] if ours else ""
            best = " (best)" if who["name"] == result["best_peer"] else ""
            print(f"| {result['row']} | {result['case']} | {who['name']}{best} | {who['median']:.4g} | "
                  f"{who['low']:.4g} - {who['high']:.4g} | {who['unit']} | {who['setting']} | {ratio} | "
                  f"{sign + format(result['bar'], 'g') if ours else ''} | {verdict} |")  # fmt: skip
    for row, name, failure in failures:
        print(f"{row}: {name} failed: {failure}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="+", choices=list(ROWS), metavar="ROW", help=" ".join(ROWS))
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"), help="build folder of ours")
    parser.add_argument("--python", type=pathlib.Path, default=pathlib.Path(sys.executable), help="Python of the peers")
    parser.add_argument("--peers", nargs="+", help="only these peers")
    parser.add_argument("--rounds", type=int, default=5, help="how often each takes its turn")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one measurement")
    parser.add_argument("--repeats", type=int, default=3, help="measurements per turn")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=1800, help="seconds that one process may take")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path.home() / ".cache" / "kerascpp" / "bench")
    parser.add_argument("--output", type=pathlib.Path, help="also write the results as JSON")
    arguments = parser.parse_args()

    arguments.cache.mkdir(parents=True, exist_ok=True)
    cores = sorted(os.sched_getaffinity(0))[: arguments.threads]
    os.sched_setaffinity(0, cores)  # inherited by every child
    environment = child_environment(arguments.threads, arguments.cache)
    environment["KERASCPP_BENCH_BUILD"] = str(arguments.build.resolve())
    print(f"{platform.machine()}, cores {cores}, {arguments.threads} threads, float32, "
          f"GLIBC_TUNABLES={environment['GLIBC_TUNABLES']}, {arguments.rounds} rounds of "
          f"{arguments.repeats} x {arguments.seconds:g} s\n", flush=True)  # fmt: skip
    results, failures = [], []
    for row in arguments.rows:
        found = measure(row, arguments, environment)
        results += summarize(row, found)
        failures += [(row, c.name, c.failure) for c in found if c.failure]
    print_table(results, failures)
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(json.dumps(results, indent=1) + "\n")
    return 1 if failures or any(result["met"] is False for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
