"""What looking before the end does: how often chance alone shows an effect at one of several looks."""

import numpy as np

POINTS = 1_001  # of the sums that a trial may have come to without showing anything


def error_of_looks(shares: list[float], significance: float) -> float:
    """How often a trial without an effect shows one at some look, when so much of it was over at each (up to 1).

    Sums of what came in are followed from look to look, as far as none showed anything (Armitage et al. 1969).
    """
    from scipy.special import ndtri

    limit = -ndtri(significance / 2)
    before, grid, density = 0.0, np.zeros(1), np.ones(1)
    for share in sorted(set(shares)):
        edge, step = limit * share**0.5, (share - before) ** 0.5
        points = np.linspace(-edge, edge, POINTS)
        arrived = np.exp(-(((points[:, None] - grid) / step) ** 2) / 2) @ density / (step * np.sqrt(2 * np.pi))
        weights = np.full(POINTS, points[1] - points[0])
        weights[[0, -1]] /= 2
        before, grid, density = share, points, arrived * weights
    return float(1 - density.sum())
