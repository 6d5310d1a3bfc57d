"""Reference values for errors under design weights, from thirty-digit arithmetic.

An independent route: each estimate is worked out again with a little more weight on
one row after the other, and the variance is the sum of the squared changes, each
times its row's squared weight (the infinitesimal jackknife). For BG/NBD, which takes
longer, it is the sandwich of derivatives taken by complex steps, row by row. Run with
`pip install mpmath numpy scipy`, then `python tests/reference/weights.py`; the tests hold what
it prints.
"""

import csv
from pathlib import Path

import numpy as np
from mpmath import beta, diff, exp, findroot, log, mp, mpf, nstr, sqrt
from scipy.special import loggamma

mp.dps = 30
STEP = mpf("1e-8")


def jackknife(estimate, weights):
    """Variances of the numbers that `estimate` makes of weights."""
    sums = None
    for place, weight in enumerate(weights):
        moved = []
        for by in (STEP, -STEP):
            changed = list(weights)
            changed[place] += by
            moved.append(estimate(changed))
        slopes = [(up - down) / (2 * STEP) for up, down in zip(*moved)]
        squares = [(weight * slope) ** 2 for slope in slopes]
        sums = squares if sums is None else [sum_ + more for sum_, more in zip(sums, squares)]
    return sums


# Spells: time, cause (0 is cut off), arm, weight.
SPELLS = [
    (1, 1, "a", "1.5"), (2, 0, "a", "0.25"), (3, 2, "a", "2"), (3, 1, "a", "1"), (5, 0, "a", "3"),
    (6, 1, "a", "0.5"), (1, 2, "b", "1"), (2, 1, "b", "4"), (3, 0, "b", "0.75"), (4, 1, "b", "1.25"),
    (4, 1, "b", "2.5"), (7, 0, "b", "1"),
]
TIMES = sorted({time for time, cause, *_ in SPELLS if cause})
WEIGHTS = [mpf(weight) for *_, weight in SPELLS]


def at_risk(weights, time, arm=None):
    rows = zip(SPELLS, weights)
    return sum(w for (end, _, its, _), w in rows if end >= time and arm in (None, its))


def ended(weights, time, cause=None, arm=None):
    return sum(
        w for (end, why, its, _), w in zip(SPELLS, weights)
        if end == time and why and cause in (None, why) and arm in (None, its)
    )


def survival(weights):
    left, curve = mpf(1), []
    for time in TIMES:
        left *= 1 - ended(weights, time) / at_risk(weights, time)
        curve.append(left)
    return curve


def incidence(weights, cause=1):
    before = [mpf(1), *survival(weights)]
    sums, curve = mpf(0), []
    for left, time in zip(before, TIMES):
        sums += left * ended(weights, time, cause) / at_risk(weights, time)
        curve.append(sums)
    return curve


def excess(weights):
    """Events of arm a beyond those expected."""
    return [
        sum(
            ended(weights, time, arm="a")
            - ended(weights, time) * at_risk(weights, time, "a") / at_risk(weights, time)
            for time in TIMES
        )
    ]


# Contracts: periods, lost, weight.
STAYS = [
    (1, 1, "4"), (1, 1, "2.5"), (2, 1, "1.5"), (2, 0, "1"), (3, 1, "0.75"), (4, 1, "0.5"), (6, 0, "3"),
    (6, 0, "2.25"),
]


def sbg(weights):
    """The maximum likelihood estimate, as logarithms."""
    def slopes(a, b):
        def value(a, b):
            a, b = exp(a), exp(b)
            return sum(
                w * (log(beta(a + 1, b + t - 1) / beta(a, b)) if lost else log(beta(a, b + t) / beta(a, b)))
                for (t, lost, _), w in zip(STAYS, weights)
            )
        return [diff(value, (a, b), (1, 0)), diff(value, (a, b), (0, 1))]
    return list(findroot(slopes, (mpf("-0.2"), mpf("0.7")), tol=mpf("1e-18")))


def bgnbd():
    """Parameters and sandwich errors for CDNOW, customers of x purchases weighing 1 + x mod 3 / 2."""
    file = Path(__file__).parent.parent / "data/cdnow/sample.csv"
    names = ("frequency", "recency_days", "age_days", "customers")
    x, t_x, age, n = np.array([[float(line[name]) for name in names] for line in csv.DictReader(file.open())]).T
    t_x, age, w = t_x / 7, age / 7, 1 + x % 3 / 2

    def values(theta):
        r, alpha, a, b = np.exp(theta)
        stayed = -(r + x) * np.log(alpha + age)
        left = np.log(a / (b + x - 1)) - (r + x) * np.log(alpha + t_x)
        odds = np.where(x > 0, np.exp(left - stayed), 0)
        return (
            loggamma(r + x) - loggamma(r) + r * np.log(alpha)
            + loggamma(a + b) + loggamma(b + x) - loggamma(b) - loggamma(a + b + x) + stayed + np.log(1 + odds)
        )

    def slopes(theta):
        # Complex steps: no digits are lost.
        return np.array([values(theta + 1e-30j * unit).imag / 1e-30 for unit in np.eye(4)])

    def curvature(theta):
        total = lambda t: slopes(t) @ (n * w)
        return np.array([(total(theta + 1e-5 * u) - total(theta - 1e-5 * u)) / 2e-5 for u in np.eye(4)])

    theta = np.log([0.2426, 4.4136, 0.7929, 2.4259]) + 0j
    for _ in range(30):
        theta = theta - np.linalg.solve(curvature(theta), slopes(theta) @ (n * w))
    s, bread = slopes(theta), np.linalg.inv(curvature(theta))
    variance = bread @ (s * (n * w**2) @ s.T) @ bread
    p = np.exp(theta).real
    return p, p * np.sqrt(np.diag(variance).real)


def show(name, numbers):
    print(name, *(nstr(number, 15) for number in numbers))


show("survival", survival(WEIGHTS))
show("standard errors", map(sqrt, jackknife(survival, WEIGHTS)))
show("incidence", incidence(WEIGHTS))
show("standard errors", map(sqrt, jackknife(incidence, WEIGHTS)))
show("log-rank statistic", [excess(WEIGHTS)[0] ** 2 / jackknife(excess, WEIGHTS)[0]])
weights = [mpf(weight) for *_, weight in STAYS]
parameters = [exp(t) for t in sbg(weights)]
show("sBG", parameters)
show("standard errors", [p * sqrt(v) for p, v in zip(parameters, jackknife(sbg, weights))])
for name, numbers in zip(("BG/NBD", "standard errors"), bgnbd()):
    show(name, map(mpf, numbers))
