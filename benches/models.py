#!/usr/bin/env python3
"""The SQL functions beside the Python packages that fit the same models.

    python3 -m venv bench/venv
    bench/venv/bin/pip install lifetimes scipy numpy pandas pyarrow
    bench/venv/bin/python benches/models.py --customers 1000000

Customers are simulated from known BG/NBD parameters on a daily clock and
written to a Parquet file. Both sides read the same rows. Ours is timed from
opening the file to the last answer; the peers from arrays that are in memory
already. CPU seconds of each process; single-threaded unless --threads says
otherwise.

Peers: lifetimes on plain rows, and on distinct rows with their counts
("cells"); scipy's L-BFGS-B with the gradient in closed form; for predictions
scipy's hypergeometric function, as lifetimes uses it.
"""

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd

TRUE = dict(r=0.9, alpha=7.0, a=0.8, b=5.5)
HORIZON = 26.0


def simulate(customers: int, seed: int) -> pd.DataFrame:
    """BG/NBD customers, seen for 4 to 156 weeks, their purchases at whole days."""
    random = np.random.default_rng(seed)
    age = random.integers(28, 1092, customers) / 7.0
    rate = random.gamma(TRUE["r"], 1.0 / TRUE["alpha"], customers)
    leaves = random.beta(TRUE["a"], TRUE["b"], customers)
    frequency = np.zeros(customers, np.int64)
    last = np.zeros(customers)
    clock = np.zeros(customers)
    here = np.arange(customers)
    while here.size:
        clock[here] += random.exponential(1.0, here.size) / rate[here]
        here = here[clock[here] <= age[here]]
        frequency[here] += 1
        last[here] = clock[here]
        here = here[random.random(here.size) >= leaves[here]]
    recency = np.minimum(np.ceil(last * 7.0) / 7.0, age)
    return pd.DataFrame(dict(frequency=frequency, recency=recency, age=age))


def answers(people: int, seed: int) -> pd.DataFrame:
    """24 answers from 1 to 10 that share one opinion, as surveys do."""
    random = np.random.default_rng(seed)
    opinion = random.normal(0.0, 1.0, (people, 1))
    scores = 7.0 + 1.2 * opinion + random.normal(0.0, 1.5, (people, 24))
    names = [f"q{i + 1}" for i in range(24)]
    return pd.DataFrame(np.clip(np.round(scores), 1, 10).astype(np.int8), columns=names)


def cells(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby(["frequency", "recency", "age"], as_index=False).size()


# Peers: each takes the rows and returns what it is to be compared by.


def lifetimes_bgnbd(rows):
    from lifetimes import BetaGeoFitter

    fit = BetaGeoFitter().fit(rows.frequency, rows.recency, rows.age)
    return dict(fit.params_)


def lifetimes_bgnbd_cells(rows):
    from lifetimes import BetaGeoFitter

    fit = BetaGeoFitter().fit(rows.frequency, rows.recency, rows.age, weights=rows["size"])
    return dict(fit.params_)


def lifetimes_pareto_cells(rows):
    from lifetimes import ParetoNBDFitter

    fit = ParetoNBDFitter().fit(rows.frequency, rows.recency, rows.age, weights=rows["size"])
    return dict(fit.params_)


def scipy_bgnbd(rows):
    """Maximum likelihood on log parameters, gradient in closed form."""
    from scipy.optimize import minimize
    from scipy.special import digamma, expit, gammaln

    x = rows.frequency.to_numpy(float)
    t_x, age = rows.recency.to_numpy(), rows.age.to_numpy()
    again = x > 0
    # Gamma functions once for each distinct frequency.
    counts, which = np.unique(x, return_inverse=True)

    def cost(theta):
        r, alpha, a, b = np.exp(theta)
        others = np.where(again, b + x - 1.0, 1.0)
        stayed = -(r + x) * np.log(alpha + age)
        left = np.where(again, np.log(a) - np.log(others) - (r + x) * np.log(alpha + t_x), -np.inf)
        gone = expit(left - stayed)
        total = np.logaddexp(stayed, left) + r * np.log(alpha)
        total += (gammaln(r + counts) - gammaln(r) + gammaln(a + b) - gammaln(a + b + counts)
                  + gammaln(b + counts) - gammaln(b))[which]
        by_r = (digamma(r + counts) - digamma(r))[which] + np.log(alpha)
        by_r = by_r - (1 - gone) * np.log(alpha + age) - gone * np.log(alpha + t_x)
        by_alpha = r / alpha - (r + x) * ((1 - gone) / (alpha + age) + gone / (alpha + t_x))
        coins = (digamma(a + b) - digamma(a + b + counts))[which]
        by_a = coins + gone / a
        by_b = coins + (digamma(b + counts) - digamma(b))[which] - gone / others
        gradient = np.array([by.mean() for by in (by_r, by_alpha, by_a, by_b)])
        return -total.mean(), -gradient * np.exp(theta)

    best = minimize(cost, np.log([1.0, 5.0, 1.0, 4.0]), jac=True, method="L-BFGS-B",
                    options=dict(ftol=1e-14, gtol=1e-8))
    return dict(zip(["r", "alpha", "a", "b"], np.exp(best.x)))


def scipy_expected_purchases(rows):
    """E[Y(t)] by the published closed form, one hypergeometric function a customer."""
    from scipy.special import hyp2f1

    r, alpha, a, b = TRUE.values()
    x, t_x, age = rows.frequency.to_numpy(float), rows.recency.to_numpy(), rows.age.to_numpy()
    h = hyp2f1(r + x, b + x, a + b + x - 1.0, HORIZON / (alpha + age + HORIZON))
    alive_part = (a + b + x - 1.0) / (a - 1.0)
    alive_part = alive_part * (1.0 - ((alpha + age) / (alpha + age + HORIZON)) ** (r + x) * h)
    gone = np.where(x > 0, a / (b + np.maximum(x, 1.0) - 1.0), 0.0)
    gone = gone * ((alpha + age) / (alpha + t_x)) ** (r + x)
    return dict(sum=float(np.sum(alive_part / (1.0 + gone))))


def lifetimes_pareto_expected_purchases(rows):
    from lifetimes import ParetoNBDFitter

    model = ParetoNBDFitter()
    model.params_ = pd.Series(dict(r=1.2, alpha=11.0, s=1.1, beta=90.0))
    args = HORIZON, rows.frequency.to_numpy(), rows.recency.to_numpy(), rows.age.to_numpy()
    answers = model.conditional_expected_number_of_purchases_up_to_time(*args)
    return dict(sum=float(np.sum(answers)), not_a_number=int(np.sum(np.isnan(answers))))


#: Our function, what the peer gets, the peer, and by how much it is to be beaten.
PEERS = [
    ("bgnbd_fit", "rows", lifetimes_bgnbd, 40),
    ("bgnbd_fit", "cells", lifetimes_bgnbd_cells, 5),
    ("bgnbd_fit", "rows", scipy_bgnbd, 3),
    ("pareto_nbd_fit", "cells", lifetimes_pareto_cells, 20),
    ("bgnbd_expected_purchases", "rows", scipy_expected_purchases, 1),
    ("pareto_nbd_expected_purchases", "rows", lifetimes_pareto_expected_purchases, 1),
]


def timed(work, given):
    """CPU and wall seconds of one call in a process of its own, and its answer."""

    def child(pipe):
        import lifetimes, scipy.optimize, scipy.special  # noqa: E401,F401  not timed

        cpu, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        try:
            answer = work(given)
        except Exception as error:  # a peer that fails is a result too
            answer = dict(failed=str(error)[:200])
        wall = time.perf_counter() - wall
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu = used.ru_utime + used.ru_stime - cpu.ru_utime - cpu.ru_stime
        pipe.send((cpu, wall, answer))

    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=child, args=(theirs,))
    process.start()
    theirs.close()
    answer = ours.recv()
    process.join()
    return answer


def run_ours(executable, folder, threads, names=()):
    out = subprocess.run([executable, folder, str(threads), *names], check=True,
                         capture_output=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def bench_executable():
    """The path of the compiled `benches/models.rs`."""
    build = ["cargo", "bench", "--bench", "models", "--no-run", "--message-format", "json"]
    out = subprocess.run(build, check=True, stdout=subprocess.PIPE, text=True).stdout
    made = [json.loads(line) for line in out.splitlines()]
    return next(m["executable"] for m in made
                if m.get("executable") and m["target"]["name"] == "models")


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    words.add_argument("--customers", type=int, default=1_000_000)
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--folder", type=Path, default=Path("bench"))
    words.add_argument("--executable", help="benches/models.rs, compiled")
    words.add_argument("--runs", type=int, default=3, help="of ours; the median counts")
    words.add_argument("--ours-only", action="store_true")
    words = words.parse_args()
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"

    words.folder.mkdir(exist_ok=True)
    rows = simulate(words.customers, words.seed)
    rows.to_parquet(words.folder / "customers.parquet")
    answers(words.customers, words.seed).to_parquet(words.folder / "answers.parquet")
    few = cells(rows)
    print(f"{len(rows)} customers, {len(few)} cells, mean frequency {rows.frequency.mean():.3f}")

    executable = words.executable or bench_executable()
    median = {}
    for threads in (1, os.cpu_count()):
        runs = [run_ours(executable, words.folder, threads) for _ in range(words.runs)]
        for lines in zip(*runs):
            name = lines[0]["name"]
            if name == "limits":
                print(f"limits: {lines[0]['gigabytes_per_second']:.1f} GB/s, "
                      f"{lines[0]['nanoseconds_per_exp_and_log']:.1f} ns for an exp and a log")
                continue
            cpu, wall = (float(np.median([line[of] for line in lines])) for of in ("cpu_s", "wall_s"))
            median[name, threads] = cpu
            print(f"{name}, {threads} threads: {cpu:.2f} s CPU, {wall:.2f} s wall")
    if words.ours_only:
        return
    for name, given, peer, wanted in PEERS:
        cpu, wall, answer = timed(peer, rows if given == "rows" else few)
        ratio = cpu / median[name, 1]
        verdict = "holds" if ratio >= wanted else "FAILS"
        print(f"{peer.__name__}: {cpu:.2f} s CPU, {wall:.2f} s wall, {ratio:.1f} times {name} "
              f"(wanted {wanted}: {verdict}); {answer}", flush=True)


if __name__ == "__main__":
    main()
