#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times iddpm against PyTorch and diffusers: the same operations, shapes and threads, alternating.

Makes its own virtual environment (several GB: PyTorch) in the build folder, starts `bench --serve`
and lets the contenders take turns. Prints the table of ratios and writes peers.json. Nothing else
should run beside it.

    python3 benchmarks/peers/compare.py                # after: cmake --workflow --preset bench
    python3 benchmarks/peers/compare.py --device cuda --here --bench build/cuda/bin/bench
    python3 benchmarks/peers/compare.py --help
"""
import argparse
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ["numpy", "torch", "diffusers"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    build = ROOT / "build" / "bench"
    parser.add_argument("--bench", type=pathlib.Path, default=build / "bin" / "bench")
    parser.add_argument("--venv", type=pathlib.Path, default=build / "peers-venv")
    parser.add_argument("--out", type=pathlib.Path, default=build / "peers.json")
    parser.add_argument("--alternations", type=int, default=21)
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu",
                        help="where the peers run; on cuda the batches have 10^8 elements")
    parser.add_argument("--here", action="store_true",
                        help="use this Python and what it has, in place of an environment")
    parser.add_argument("--only", help="operations whose name contains this")
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out")
    return parser.parse_args()


def enter_environment(options):
    """Makes the virtual environment once, then runs this script in it."""
    python = options.venv / "bin" / "python"
    if pathlib.Path(sys.prefix) == options.venv.resolve():
        return
    done = options.venv / "complete"
    if not done.exists():
        print(f"making {options.venv}: {', '.join(PACKAGES)} (several GB)", flush=True)
        subprocess.run([sys.executable, "-m", "venv", options.venv], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        done.touch()
    threads = str(options.threads)
    # One pool of threads each: a second one, OpenBLAS's, would fight for the same cores.
    os.environ.update(OMP_NUM_THREADS=threads, OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS=threads)
    os.environ.setdefault("OMP_PROC_BIND", "false")
    os.execv(python, [str(python), *sys.argv])


class Ours:
    """bench --serve, asked line by line."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "--serve"], text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def context(self):
        pairs, line = {}, self.ask("context")
        while line:
            name, _, value = line.partition("=")
            pairs[name] = value
            line = self.process.stdout.readline().strip()
        return pairs

    def large(self, operation):
        """The name of its case with the most elements, on all threads of the default backend."""
        cases, line = [], self.ask("list")
        while line:
            if line.split("/")[1] == operation:
                cases.append(line)
            line = self.process.stdout.readline().strip()
        backend = f"backend:{self.context()['default_backend']}"

        def key(case):
            return [int(re.search(f"{what}:(\\d+)", case)[1]) for what in ("elements", "threads")]
        return max((case for case in cases if backend in case), key=key)

    def seconds(self, name, calls):
        answer = self.ask(f"run {name} {calls}")
        if answer.startswith("error"):
            sys.exit(f"bench: {answer}")
        return float(answer)


def main():
    options = arguments()
    if not options.bench.exists():
        sys.exit(f"there is no {options.bench}: cmake --workflow --preset bench builds it")
    if not options.here:
        enter_environment(options)
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    import contenders  # needs the environment

    ours = Ours(options.bench)
    rows = []
    for operation in contenders.operations(options.threads, not options.no_compile, options.device):
        if options.only and options.only not in operation.name:
            continue
        row = compare(ours, operation, options.alternations, contenders.synchronize)
        rows.append(row)
        print_row(row, first=len(rows) == 1)
    report = {"ours": ours.context(), "peers": contenders.versions(),
              "alternations": options.alternations, "threads": options.threads,
              "operations": rows}
    partial = options.out.with_suffix(".tmp")
    partial.write_text(json.dumps(report, indent=1) + "\n")
    partial.replace(options.out)
    where = "the device" if options.device == "cuda" else f"{options.threads} threads"
    print(f"\nmedians of {options.alternations} alternations, {where}; "
          f"how many times our time the others take; {options.out}")
    measured = options.out.parent / "google.json"
    if measured.exists():  # then there is a page, where these ratios have their place
        subprocess.run([options.bench.parent / "bench_report", measured, options.out.parent],
                       stdout=subprocess.DEVNULL, check=True)


def timed(call, calls, synchronize):
    begin = time.perf_counter()
    for _ in range(calls):
        call()
    synchronize()
    return (time.perf_counter() - begin) / calls


def compare(ours, operation, alternations, synchronize):
    """Everyone once per round, the order turning, so that a slow minute hits all alike."""
    case = ours.large(operation.name) if operation.is_large else operation.name
    contenders = {"ours": lambda calls: ours.seconds(case, calls)}
    failures = {}
    for name, call in operation.peers.items():
        try:
            call()
            synchronize()
            contenders[name] = lambda calls, call=call: timed(call, calls, synchronize)
        except Exception as error:  # whatever a compiler of graphs may raise
            failures[name] = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    calls = {}
    for name, run in contenders.items():
        once = min(run(1), run(1))
        calls[name] = max(1, min(1000, math.ceil(0.01 / once)))
    seconds = {name: [] for name in contenders}
    names = list(contenders)
    for turn in range(alternations):
        for i in range(len(names)):
            name = names[(turn + i) % len(names)]
            time.sleep(0.02)  # until the idle threads of the one before have stopped spinning
            seconds[name].append(contenders[name](calls[name]))
    median = {name: statistics.median(times) for name, times in seconds.items()}
    return {"name": operation.name, "shape": operation.shape, "mark": operation.mark,
            "median_seconds": median, "failures": failures,
            "ratios": {name: value / median["ours"] for name, value in median.items()
                       if name != "ours"},
            "seconds": seconds}


COLUMNS = ["eager", "compiled", "diffusers"]


def print_row(row, first):
    if first:
        print(f"{'operation':22}{'shape':20}{'ours, ms':>10}{'eager, ms':>11}"
              f"{'eager':>9}{'mark':>7}{'compiled':>10}{'diffusers':>11}")
    median, ratios = row["median_seconds"], row["ratios"]
    text = {name: f"{ratios[name]:.1f} x" if name in ratios else
            ("failed" if name in row["failures"] else "-") for name in COLUMNS}
    mark = f"{row['mark']:g} x" if row["mark"] else "-"
    print(f"{row['name']:22}{'x'.join(map(str, row['shape'])):20}{1e3 * median['ours']:10.3f}"
          f"{1e3 * median['eager']:11.3f}{text['eager']:>9}{mark:>7}{text['compiled']:>10}"
          f"{text['diffusers']:>11}", flush=True)
    for name, why in row["failures"].items():
        print(f"    {name}: {why}")


if __name__ == "__main__":
    main()
