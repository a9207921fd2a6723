"""Customers in groups of which each way of looking finds some."""

import numpy as np
import pandas as pd

SIDES = np.array([[0.0, 0.0], [8.0, 0.0], [0.0, 8.0]])


def table(points: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame((points - points.mean(axis=0)) / points.std(axis=0)).rename(columns="column {}".format)


def clouds(noise: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    rng, truth = np.random.default_rng(1), np.arange(240) % 3
    points = SIDES[truth] + rng.standard_normal((240, 2))
    return table(np.hstack([points, rng.standard_normal((240, noise))])), truth + 1


def long_clouds(apart: float = 6.0, customers: int = 240) -> tuple[pd.DataFrame, np.ndarray]:
    """Beside each other and tilted: middles do not tell them apart, and crowds run into one another."""
    rng, truth = np.random.default_rng(1), np.arange(customers) % 2
    points = rng.standard_normal((customers, 2)) * [5, 1] + truth[:, None] * [3, apart]
    return table(points @ np.array([[0.8, 0.6], [-0.6, 0.8]])), truth + 1


def circles() -> tuple[pd.DataFrame, np.ndarray]:
    rng, truth = np.random.default_rng(2), np.arange(300) % 2
    turn = rng.uniform(0, 2 * np.pi, 300)
    points = np.column_stack([np.cos(turn), np.sin(turn)]) * np.where(truth, 1, 0.35)[:, None]
    return table(points + 0.04 * rng.standard_normal((300, 2))), truth + 1
