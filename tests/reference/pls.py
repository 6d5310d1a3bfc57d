"""Path models fitted on people's scores instead of covariances.

The kernel never looks at people; this does nothing else, so the two share
neither their loops nor their formulas. For every scheme, metric and mode of
image it prints the paths from image and from value to satisfaction, and the
index of satisfaction; `src/kernel/pls/tests.rs` holds them. Run with
`pip install numpy`, then `python tests/reference/pls.py`.
"""

import csv
import pathlib

import numpy as np

BLOCKS = {
    "Image": ["IMAG1", "IMAG2", "IMAG3", "IMAG4", "IMAG5"],
    "Expectation": ["CUEX1", "CUEX2", "CUEX3"],
    "Quality": ["PERQ1", "PERQ2", "PERQ3", "PERQ4", "PERQ5", "PERQ6", "PERQ7"],
    "Value": ["PERV1", "PERV2"],
    "Satisfaction": ["CUSA1", "CUSA2", "CUSA3"],
    "Complaints": ["CUSCO"],
    "Loyalty": ["CUSL1", "CUSL2", "CUSL3"],
}
PATHS = [
    ("Image", "Expectation"),
    ("Expectation", "Quality"),
    ("Expectation", "Value"),
    ("Quality", "Value"),
    ("Image", "Satisfaction"),
    ("Expectation", "Satisfaction"),
    ("Quality", "Satisfaction"),
    ("Value", "Satisfaction"),
    ("Satisfaction", "Complaints"),
    ("Image", "Loyalty"),
    ("Satisfaction", "Loyalty"),
    ("Complaints", "Loyalty"),
]
NAMES = list(BLOCKS)


def standard(column):
    column = column - column.mean()
    return column / column.std(ddof=1)


def fit(columns, scheme, metric, formative):
    data = {name: column - column.mean() for name, column in columns.items()}
    if metric == "standardised":
        data = {name: standard(column) for name, column in columns.items()}
    blocks = {name: np.column_stack([data[item] for item in items]) for name, items in BLOCKS.items()}
    weights = {name: np.ones(block.shape[1]) for name, block in blocks.items()}
    for _ in range(2000):
        scores = {name: standard(blocks[name] @ weights[name]) for name in NAMES}
        after = {}
        for name in NAMES:
            before = [a for a, b in PATHS if b == name]
            behind = [b for a, b in PATHS if a == name]
            inner = np.zeros(len(scores[name]))
            for other in before + behind:
                r = np.corrcoef(scores[name], scores[other])[0, 1]
                if scheme == "centroid":
                    inner += np.sign(r) * scores[other]
                elif scheme == "factorial" or other in behind:
                    inner += r * scores[other]
            if scheme == "path" and before:
                x = np.column_stack([scores[other] for other in before])
                inner += x @ np.linalg.lstsq(x, scores[name], rcond=None)[0]
            if name in formative:
                weight = np.linalg.lstsq(blocks[name], inner, rcond=None)[0]
            else:
                weight = blocks[name].T @ inner
            after[name] = weight / (blocks[name] @ weight).std(ddof=1)
        move = max(np.abs(after[name] - weights[name]).max() for name in NAMES)
        weights = after
        if move < 1e-14:
            break
    for name in NAMES:
        scores = blocks[name] @ weights[name]
        if sum(np.corrcoef(scores, item)[0, 1] for item in blocks[name].T) < 0:
            weights[name] = -weights[name]
    scores = {name: blocks[name] @ weights[name] for name in NAMES}
    coefficients = {}
    for to in NAMES:
        before = [a for a, b in PATHS if b == to]
        if before:
            x = np.column_stack([scores[other] for other in before])
            solution = np.linalg.lstsq(x, scores[to], rcond=None)[0]
            coefficients.update({(other, to): value for other, value in zip(before, solution)})
    indices = []
    for name, items in BLOCKS.items():
        raw = weights[name].copy()
        if metric == "standardised":
            raw = raw / np.array([columns[item].std(ddof=1) for item in items])
        people = np.column_stack([columns[item] for item in items]) @ (raw / raw.sum())
        indices.append((people.mean() - 1) / 9 * 100)
    return [coefficients[path] for path in PATHS], indices


def main():
    path = pathlib.Path(__file__).parents[1] / "data" / "ecsi_mobi" / "mobi.csv"
    rows = list(csv.DictReader(path.open()))
    columns = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    for scheme in ["centroid", "factorial", "path"]:
        for metric in ["standardised", "raw"]:
            for formative in [[], ["Image"]]:
                coefficients, indices = fit(columns, scheme, metric, formative)
                values = [coefficients[4], coefficients[7], indices[4]]
                print(scheme, metric, *formative, *(f"{value:.12f}" for value in values))


main()
