#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Changes the formulas of include/iddpm, one sign or constant at a time: a test must fail.

    python3 tests/mutation/run.py [--count 240] [--work build/mutation] [--only schedule/cosine]

It works on a copy of the tree, which it configures and builds; a mutant is one changed line.
`killed`: a test failed, crashed, or did not end; `invalid`: it did not compile, and is not counted.
What survives is printed with its line; those that change no number are named in equivalent.txt. The
list is the same every time. Exit status: 0 where at least 95 % of the mutants that are not
equivalent were killed.
"""

import argparse
import filecmp
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Header: the tests that are tried one after the other until one fails. A header may be cut: what
# follows the text after ":" is a kernel, and compiles too slowly for this.
HEADERS = {
    "math/erfcx.hpp": ["math/erfcx"],
    "math/exp.hpp": ["math/exp", "formulas/bits"],
    "math/log.hpp": ["math/log", "formulas/bits"],
    "math/logistic.hpp": ["math/logistic"],
    "math/sincos.hpp": ["math/sincos", "formulas/bits"],
    "math/bits.hpp": ["math/bits", "math/exp", "math/log", "formulas/bits"],
    "math/constants.hpp": ["math/constants", "math/exp", "math/sincos", "formulas/bits"],
    "math/float16.hpp": ["math/float16"],
    "random/philox.hpp": ["random/philox"],
    "random/uniform.hpp": ["random/uniform"],
    "random/noise_stream.hpp": ["random/noise_stream"],
    "random/normal.hpp:namespace detail": ["random/normal", "formulas/bits"],
    "schedule/alpha_bar.hpp": ["schedule/alpha_bar", "schedule/cosine"],
    "schedule/coefficients.hpp": ["formulas/rows", "schedule/coefficients"],
    "schedule/cosine.hpp": ["schedule/cosine"],
    "schedule/linear.hpp": ["schedule/linear"],
    "schedule/noise_levels.hpp": ["schedule/noise_levels", "schedule/noise_level_rows"],
    "schedule/respaced.hpp": ["schedule/respaced"],
    "schedule/scaled_linear.hpp": ["schedule/scaled_linear"],
    "schedule/sigmoid.hpp": ["schedule/sigmoid"],
    "schedule/spacing.hpp": ["schedule/spacing"],
    "schedule/zero_terminal_snr.hpp": ["schedule/zero_terminal_snr"],
    "gaussian/normal_kl.hpp": ["gaussian/normal_kl"],
    "gaussian/slerp.hpp": ["gaussian/slerp"],
    "gaussian/standard_normal_cdf.hpp": ["gaussian/standard_normal_cdf", "gaussian/decoder/tanh"],
    "gaussian/decoder/continuous.hpp": ["gaussian/decoder/continuous"],
    "gaussian/decoder/erf.hpp": ["gaussian/decoder/erf"],
    "gaussian/decoder/levels.hpp": ["gaussian/decoder/levels", "gaussian/decoder/erf"],
    "gaussian/decoder/tanh.hpp": ["gaussian/decoder/tanh"],
    "gaussian/decoder/tanh_floored.hpp": ["gaussian/decoder/tanh_floored"],
    "parametrization/detail/mean_from_x_start.hpp": [
        "parametrization/mean/epsilon", "formulas/steps", "formulas/losses"],
    "parametrization/mean/epsilon.hpp": ["parametrization/mean/epsilon", "formulas/steps"],
    "parametrization/mean/previous_x.hpp": ["parametrization/mean/previous_x", "formulas/steps"],
    "parametrization/mean/start_x.hpp": ["parametrization/mean/start_x", "formulas/losses"],
    "parametrization/mean/velocity.hpp": ["parametrization/mean/velocity", "formulas/losses"],
    "parametrization/variance/fixed_large.hpp": [
        "parametrization/variance/fixed_large", "formulas/losses"],
    "parametrization/variance/fixed_small.hpp": [
        "parametrization/variance/fixed_small", "formulas/losses"],
    "parametrization/variance/learned.hpp": ["parametrization/variance/learned", "formulas/losses"],
    "parametrization/variance/learned_range.hpp": ["parametrization/variance/learned_range",
                                                   "formulas/losses"],
    "parametrization/denoised/clip.hpp": ["parametrization/denoised/clip"],
    "parametrization/denoised/dynamic_threshold.hpp": ["parametrization/denoised/dynamic_threshold"],
    "metrics/frechet.hpp": ["metrics/frechet"],
    "metrics/image_quality.hpp": ["metrics/image_quality"],
    "process/forward.hpp:namespace detail": ["formulas/steps"],
    "process/reverse.hpp:namespace detail": ["formulas/steps"],
    "process/variational_bound.hpp:namespace detail": ["formulas/losses"],
    "process/times.hpp": ["process/times"],
    "process/network_timesteps.hpp": ["process/network_timesteps"],
    "loss/min_snr.hpp": ["formulas/losses"],
    "loss/p2.hpp": ["formulas/losses"],
    "loss/rescaled_kl.hpp": ["formulas/losses"],
    "loss/rescaled_mse.hpp": ["formulas/losses"],
    "loss/mse.hpp": ["formulas/losses"],
    "loss/kl.hpp": ["formulas/losses"],
    "loss/training_losses.hpp:namespace detail": ["formulas/losses"],
    "likelihood/prior.hpp:namespace detail": ["formulas/losses"],
    "sampler/path.hpp": ["sampler/path", "formulas/solvers"],
    "sampler/stage.hpp": ["formulas/solvers"],
    "sampler/detail/phi.hpp": ["formulas/stochastic_solvers"],
    "sampler/ancestral.hpp:namespace sampler": ["formulas/steps"],
    "sampler/ddim.hpp:namespace sampler": ["formulas/steps"],
    "sampler/ddim_reverse.hpp:namespace sampler": ["formulas/steps"],
    "sampler/ddim_inverse.hpp": ["formulas/solvers"],
    "sampler/dpm_solver.hpp": ["formulas/solvers", "formulas/corners"],
    "sampler/dpm_solver_plus_plus.hpp": ["formulas/stochastic_solvers"],
    "sampler/edm.hpp": ["formulas/solvers"],
    "sampler/euler_ancestral.hpp": ["formulas/stochastic_solvers"],
    "sampler/lcm.hpp": ["formulas/stochastic_solvers"],
    "sampler/plms.hpp": ["formulas/solvers"],
    "sampler/unipc.hpp": ["formulas/solvers", "formulas/stochastic_solvers"],
    "timestep/uniform.hpp": ["timestep/uniform"],
    "timestep/detail/loss_history.hpp": ["timestep/loss_second_moment"],
    "training/adamw.hpp": ["training/adamw"],
    "training/clip_gradient.hpp": ["training/clip_gradient"],
    "training/ema.hpp": ["training/ema"],
    "training/learning_rate.hpp": ["training/learning_rate"],
}

# What is no formula: what the compiler is told, loops' bounds, errors, and sizes.
SKIPPED = re.compile(
    r"^\s*(#|template|requires|concept|using|namespace|static_assert|for \(|\"|class|struct)"
    r"|require\w*\(|SolverShape|\.is_stochastic|constexpr std::size_t|noexcept|operator")
NUMBER = re.compile(r"(?<![\w.])(0x[0-9a-fA-F]+(?:\.[0-9a-fA-F]*)?(?:p[+-]?\d+)?"
                    r"|\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)([fFuUlL]*)(?![\w.])")
BINARY = re.compile(r"(?<=[\w)\]}]) ([+\-*/]) (?=[\w(\-:{*])")
ASSIGNED = re.compile(r" ([+\-*/])= ")
UNARY = re.compile(r"(?:^|(?<=[(,{=?:] )|(?<=[({])|(?<=return ))-(?=[A-Za-z_(0-9.])")
COMPARED = re.compile(r" (==|!=|<|>|<=|>=) ")
OTHER = {"+": "-", "-": "+", "*": "/", "/": "*", "==": "!=", "!=": "==", "<": ">=", ">": "<=",
         "<=": ">", ">=": "<"}


def changed_number(text, suffix):
    """An integer one more; 0. as 1; a coefficient of six digits and more negated, as the last
    digits of a small one are below any rounding; another number one percent more."""
    if text.startswith("0x") and "p" not in text:
        return f"{hex(int(text, 16) ^ 1)}{suffix}"
    if re.fullmatch(r"\d+", text) and "f" not in suffix.lower():
        return f"{int(text) + 1}{suffix}"
    if "p" in text or "x" in text:
        return f"(-{text}{suffix})"
    if float(text) == 0:
        return f"1.0{suffix}"
    digits = len(re.sub(r"e.*|\D", "", text).lstrip("0"))
    return f"(-{text}{suffix})" if digits >= 6 else f"({text}{suffix} * 1.01{suffix})"


def mutants_of(header):
    """(line number, changed line) of each mutant."""
    name, _, end = header.partition(":")
    lines = (ROOT / "include/iddpm" / name).read_text().splitlines()
    in_require = False
    for number, line in enumerate(lines):
        if end and line.startswith(end):
            return
        code = line.split("//")[0]
        if in_require or SKIPPED.search(code):
            if not in_require and not re.search(r"require\w*\(", code):
                continue
            in_require = not code.rstrip().endswith((";", "{"))
            continue
        if "[[" in code or "KOKKOS_INLINE_FUNCTION" in code and "return" not in code:
            continue
        places = []
        for match in BINARY.finditer(code):
            places.append((match.start(1), match.end(1), OTHER[match.group(1)]))
        for match in ASSIGNED.finditer(code):
            places.append((match.start(1), match.end(1), OTHER[match.group(1)]))
        for match in UNARY.finditer(code):
            places.append((match.start(), match.end(), ""))
        for match in COMPARED.finditer(code):
            places.append((match.start(1), match.end(1), OTHER[match.group(1)]))
        for match in NUMBER.finditer(code):
            if re.search(r"\[$|<$|Tensor<[\w:]+, $", code[: match.start()]):  # an index, a rank
                continue
            places.append((match.start(), match.end(), changed_number(*match.groups())))
        for start, stop, text in sorted(places):
            yield number, line[:start] + text + line[stop:]


def run(command, limit, **kwargs):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=limit, text=True, **kwargs)
    except subprocess.TimeoutExpired:
        return None


class Copy:
    """A copy of the tree, configured, whose headers may be changed."""

    def __init__(self, work, generator):
        self.tree = work / "tree"
        self.build = work / "build"
        self.tree.mkdir(parents=True, exist_ok=True)
        for folder in ("include", "tests", "cmake"):
            for file in (ROOT / folder).rglob("*"):
                self.take(file)
        self.take(ROOT / "CMakeLists.txt")
        configured = run(
            ["cmake", "-S", self.tree, "-B", self.build, "-G", generator,
             "-DCMAKE_BUILD_TYPE=Debug",
             "-DCMAKE_CXX_FLAGS_DEBUG=-O0 -g0 -D_GLIBCXX_ASSERTIONS", "-DIDDPM_TEST_MUTANTS=ON",
             "-DIDDPM_AVX512=OFF", "-DIDDPM_BUILD_EXAMPLES=OFF",
             f"-DIDDPM_DEPS_DIR={ROOT}/.deps"], 1200)
        if configured is None or configured.returncode:
            sys.exit(configured.stdout if configured else "cmake did not end")
        self.environment = dict(os.environ, OMP_NUM_THREADS="1", OMP_PROC_BIND="false")

    def take(self, file):
        """Copies what differs, as a change of now: an earlier run may have ended in a mutant."""
        copied = self.tree / file.relative_to(ROOT)
        if file.is_file() and not (copied.is_file() and filecmp.cmp(file, copied, shallow=False)):
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copied)

    def check(self, test):
        """'passed', or why not."""
        target = "formula_" + test.replace("/", "_")
        for _ in range(3):  # a build may be interrupted from outside, and that says nothing
            built = run(["cmake", "--build", self.build, "--target", target], 600)
            if built is not None and (built.returncode == 0 or "error:" in built.stdout):
                break
        else:
            sys.exit(f"{target} cannot be built: {built.stdout if built else 'no end'}")
        if built.returncode:
            return "invalid"
        ran = run([self.build / "tests" / target], 20, env=self.environment)
        return "passed" if ran is not None and ran.returncode == 0 else "killed"


def chosen(count, only):
    """(header, tests, number, line): about `count` of them, each header's share spread evenly over
    it, and two of each at least; and how many there are."""
    of = {header: list(mutants_of(header)) for header in HEADERS}
    total = sum(map(len, of.values()))
    mutants = []
    for header, every in of.items():
        if not re.search(only, header):
            continue
        share = min(len(every), max(2, round(count * len(every) / total))) if count else len(every)
        mutants += [(header.partition(":")[0], HEADERS[header], *every[i * len(every) // share])
                    for i in range(share)]
    return mutants, total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=240, help="0: every mutant there is")
    parser.add_argument("--only", default="", help="headers that this regular expression finds")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/mutation")
    parser.add_argument("--generator", default="Ninja")
    parser.add_argument("--again", type=pathlib.Path, help="only what survived in this output")
    parser.add_argument("--list", action="store_true", help="only print the mutants")
    options = parser.parse_args()
    mutants, of_all = chosen(options.count, options.only)
    if options.again:
        survived = set(re.findall(r" survived .* s (\S+:\d+ .*)", options.again.read_text()))
        mutants = [m for m in mutants if f"{m[0]}:{m[2] + 1} {m[3].strip()}" in survived]
    headers = {mutant[0] for mutant in mutants}
    print(f"{len(mutants)} of {of_all} mutants of {len(headers)} headers", flush=True)
    if options.list:
        for header, _, number, line in mutants:
            print(f"{header}:{number + 1}: {line.strip()}")
        return
    equivalent = {}
    for line in (ROOT / "tests/mutation/equivalent.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            where, _, reason = line.partition("  #")
            equivalent[" ".join(where.split())] = reason.strip()

    copy = Copy(options.work.resolve(), options.generator)
    for test in sorted({test for _, tests, _, _ in mutants for test in tests}):
        if copy.check(test) != "passed":
            sys.exit(f"{test} does not pass unchanged")
    results = {"killed": 0, "survived": [], "invalid": 0, "equivalent": []}
    longest = 0
    for i, (header, tests, number, line) in enumerate(mutants):
        path = copy.tree / "include/iddpm" / header
        text = path.read_text()
        lines = text.splitlines()
        lines[number] = line
        began = time.monotonic()
        path.write_text("\n".join(lines) + "\n")
        for test in tests:
            outcome = copy.check(test)
            if outcome != "passed":
                break
        seconds = time.monotonic() - began
        path.write_text(text)
        where = f"{header}: {' '.join(line.split())}"
        if outcome == "passed":
            outcome = "equivalent" if where in equivalent else "survived"
            results[outcome].append(where)
        else:
            results[outcome] += 1
        longest = max(longest, seconds)
        print(f"{i + 1}/{len(mutants)} {outcome} {seconds:.1f} s "
              f"{header}:{number + 1} {line.strip()}", flush=True)

    counted = results["killed"] + len(results["survived"])
    share = results["killed"] / max(counted, 1)
    print(json.dumps(results, indent=2))
    print(f"{counted + len(results['equivalent'])} mutants: {results['killed']} killed, "
          f"{len(results['survived'])} survived, {len(results['equivalent'])} equivalent "
          f"({results['invalid']} more did not compile); {100 * share:.1f} %; "
          f"the longest took {longest:.0f} s")
    sys.exit(0 if share >= 0.95 else 1)


if __name__ == "__main__":
    main()
