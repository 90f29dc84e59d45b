#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Line and branch coverage of include/, room by room, after the tests of the preset `coverage`.

    python3 tests/coverage/report.py build/coverage [--write docs/coverage.md] [--branches]

Reads gcov's JSON. A line is covered if any instantiation of it, in any program, was executed. The
edges of exceptions are left out, and so is what only destructors execute while an exception passes:
brackets alone, and ways that are on a line without a condition and never taken. A branch is one way
out of a line; what instantiations have in common is counted once, and one that was never executed
counts where no other was. A line has two ways for each condition that is written on it: copies of
them are folded onto these.
"""

import argparse
import collections
import concurrent.futures
import datetime
import json
import math
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include/iddpm"


def without_exceptions(branches):
    """The counts of a line's branches, but for each call's pair of going on and throwing."""
    kept = []
    for branch in branches:
        if branch["throw"]:
            if kept and kept[-1]["fallthrough"]:
                kept.pop()
        else:
            kept.append(branch)
    return [branch["count"] for branch in kept]


def read(data):
    """(file, line, count, branches) of one object's counts."""
    out = subprocess.run(["gcov", "--json-format", "--branch-probabilities", "--stdout", data],
                         capture_output=True, text=True, cwd=data.parent, check=True).stdout
    found = []
    for document in out.splitlines():
        for file in json.loads(document)["files"]:
            path = pathlib.Path(file["file"])
            if INCLUDE in path.parents:
                found += [(str(path.relative_to(INCLUDE)), line["line_number"], line["count"],
                           without_exceptions(line["branches"]) if line["count"] else [])
                          for line in file["lines"]]
    return found


CONDITION = re.compile(r"\b(if|for|while|switch|case)\b|\?|&&|\|\||\b(min|max)\b")


def percent(covered, of):
    return f"{100 * covered / of:.1f} %" if of else "-"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path, help="the page whose table to write")
    parser.add_argument("--branches", action="store_true", help="print the branches not taken too")
    options = parser.parse_args()
    lines = collections.defaultdict(int)
    branches = collections.defaultdict(int)  # of (file, line, how many the line has, which)
    programs = set()
    objects = sorted(options.build.resolve().glob("tests/**/*.gcda"))
    if not objects:
        sys.exit(f"{options.build} must hold the counts of tests that ran; it holds none")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for data, found in zip(objects, pool.map(read, objects)):
            programs.add(next(p for p in data.parts if p.endswith(".dir"))[:-4])
            for file, line, count, ways in found:
                lines[file, line] += count
                for which, times in enumerate(ways):
                    branches[file, line, len(ways), which] += times

    source = {file: (INCLUDE / file).read_text().splitlines() for file, _ in lines}
    # What a compiler has copied or inlined into a line has more ways than its conditions, and not as
    # many in every program: all are folded onto what they have in common.
    common = collections.defaultdict(int)
    for file, line, of, _ in branches:
        common[file, line] = math.gcd(common[file, line], of)
    merged = collections.defaultdict(int)
    for (file, line, _, which), count in branches.items():
        code = source[file][line - 1].split("//")[0]
        choices = len(re.findall(r"\b(?:if|for|while|case|min|max)\b|\?", code))
        ways = 2 * (max(choices, 1) + len(re.findall(r"&&|\|\|", code)))
        one = max(common[file, line], 2)
        if not re.search(r"\bswitch\b", code):
            one = one if one <= ways else ways if one % ways == 0 else 2
        merged[file, line, one, which % one] += count
    branches = merged

    rooms = collections.defaultdict(lambda: [0, 0, 0, 0])
    missed, not_taken = [], []
    for (file, line), count in sorted(lines.items()):
        if count == 0 and not re.search(r"\w", source[file][line - 1].split("//")[0]):
            continue  # a bracket alone: destructors, while an exception passes
        room = rooms[file.split("/")[0]]
        room[1] += 1
        room[0] += count > 0
        if count == 0:
            missed.append(f"{file}:{line}: {source[file][line - 1].strip()}")
    for (file, line, of, which), count in sorted(branches.items()):
        if count == 0 and not CONDITION.search(source[file][line - 1].split("//")[0]):
            continue
        room = rooms[file.split("/")[0]]
        room[3] += 1
        room[2] += count > 0
        if count == 0:
            not_taken.append(f"{file}:{line} {which + 1}/{of}: {source[file][line - 1].strip()}")

    total = [sum(room[i] for room in rooms.values()) for i in range(4)]
    table = ["| room | lines | covered | branches | taken |", "|---|---|---|---|---|"]
    for name, (covered, of, taken, ways) in [*sorted(rooms.items()), ("all", total)]:
        shares = percent(covered, of), percent(taken, ways)
        table.append(f"| {name} | {of} | {shares[0]} | {ways} | {shares[1]} |")
    print("\n".join(table))
    print(f"\n{len(missed)} lines not executed:", *missed, sep="\n  ")
    if options.branches:
        print(f"\n{len(not_taken)} branches not taken:", *not_taken, sep="\n  ")
    if options.write:
        page = options.write.read_text()
        begin, end = "<!-- table -->\n", "<!-- end -->\n"
        head, tail = page.split(begin)[0], page.split(end)[1]
        ran = ", ".join(sorted(programs))
        options.write.write_text(f"{head}{begin}On {datetime.date.today()}, from {ran}:\n\n"
                                 + "\n".join(table) + f"\n{end}{tail}")


if __name__ == "__main__":
    main()
