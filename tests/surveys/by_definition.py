"""The statistics of surveys once more, slowly and in another way, to hold the product's against.

Weights: not by raking round after round, but as the optimum that raking is known to reach (Ireland & Kullback 1968):
of all weights that meet the margins, those with the least Σ w·log w. Its dual is convex and without constraints;
scipy's optimiser finds it.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize


def nearest_weights(people, margins):
    """Return key → weight: the weights nearest to one that meet all margins (people: key → count)."""
    keys, counts = list(people), np.array(list(people.values()), dtype=float)
    everybody = counts.sum()
    columns, wanted = [], []
    for place, margin in enumerate(margins):
        for category, population in margin.populations.items():
            columns.append([float(key[place] == category) for key in keys])
            wanted.append(population / margin.total * everybody)
    features, wanted = np.array(columns).T, np.array(wanted)

    def dual(multipliers):
        weights = np.exp(features @ multipliers)
        value = counts @ weights - wanted @ multipliers
        return value, features.T @ (counts * weights) - wanted

    found = minimize(
        dual,
        np.zeros(len(wanted)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 20_000, "ftol": 1e-16, "gtol": 1e-10},
    )
    return dict(zip(keys, np.exp(features @ found.x), strict=True))


def fitted_array(counts, targets):
    """Return weights of an array of counts (an axis for each attribute) that meets joined margins.

    Deming and Stephan's own procedure on the whole table, attribute by axis: `targets` are (axes, array of people by
    these axes). Knows nothing of categories, labels and margins of the product.
    """
    fitted, everybody = counts.astype(float), counts.sum()
    for _ in range(3_000):
        for axes, people in targets:
            others = tuple(axis for axis in range(counts.ndim) if axis not in axes)
            sums = fitted.sum(axis=others, keepdims=True)
            wanted = np.expand_dims(people / people.sum() * everybody, others)
            fitted = fitted * np.divide(wanted, sums, out=np.zeros_like(sums), where=sums > 0)
    return np.divide(fitted, counts, out=np.zeros_like(fitted), where=counts > 0)


def variance_of_share(weights, inside):
    """Return the variance of a weighted share by linearisation, person by person."""
    total = sum(weights)
    share = sum(weight for weight, is_in in zip(weights, inside, strict=True) if is_in) / total
    return sum(
        (weight * (is_in - share) / total) ** 2 for weight, is_in in zip(weights, inside, strict=True)
    ), share
