"""Principal components: the few directions along which customers differ most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from customer_segments.base.errors import StudyError

ID = "customer_id"
SHOWN = ("component_1", "component_2", "component_3")
ENOUGH = 0.8  # share of the variation that is usually taken to describe the customers well
DECIMALS = 6


@dataclass(frozen=True)
class Components:
    """Where customers are centred, the features' loadings on each component, and its share of the variation."""

    centre: pd.Series  # by feature
    loadings: pd.DataFrame  # feature by component_1, component_2, ...
    shares: pd.Series  # by component

    def kept(self, count: int) -> float:
        """The share of the variation that the first few components keep."""
        return float(self.shares.iloc[:count].sum())

    def strongest(self, component: str, above: float) -> pd.Series:
        """The features named for a component, strongest first: those above the limit, or else the strongest alone."""
        ordered = self.loadings[component].sort_values(key=lambda loading: -loading.abs(), kind="stable")
        named = ordered[ordered.abs() > above]
        return named if len(named) else ordered[ordered != 0].head(1)


def principal_components(features: pd.DataFrame) -> Components:
    """Find the components; on each the largest loading is positive. There are three at least, empty if need be."""
    inputs = features.drop(columns=ID, errors="ignore").astype("float64")
    centred = (inputs - inputs.mean()).to_numpy()
    if not centred.any():
        raise StudyError("All customers are alike in every feature: there is nothing to map; choose other features.")
    variances, directions = np.linalg.eigh(centred.T @ centred / len(centred))
    variances, directions = np.clip(variances[::-1], 0, None), directions[:, ::-1]
    loadings = np.round(directions * _signs(directions), DECIMALS) + 0.0
    names = [f"component_{number}" for number in range(1, len(variances) + 1)]
    table = pd.DataFrame(loadings, index=inputs.columns, columns=names)
    shares = pd.Series(np.round(variances / variances.sum(), DECIMALS), index=names, name="share")
    wanted = [*names, *SHOWN[len(names) :]]
    table, shares = table.reindex(columns=wanted, fill_value=0.0), shares.reindex(wanted, fill_value=0.0)
    return Components(inputs.mean(), table, shares)


def _signs(directions: np.ndarray) -> np.ndarray:
    """For each direction 1, or -1 where its largest loading is negative; of equal loadings the first counts."""
    largest = np.argmax(np.round(np.abs(directions), DECIMALS), axis=0)
    return np.where(directions[largest, np.arange(directions.shape[1])] < 0, -1, 1)


def positions(features: pd.DataFrame, components: Components) -> pd.DataFrame:
    """Every customer's place on the first three components."""
    places = (features[list(components.centre.index)] - components.centre).to_numpy() @ components.loadings[list(SHOWN)]
    places.columns = list(SHOWN)
    return pd.concat([features[[ID]], (places.round(DECIMALS) + 0.0).set_axis(features.index)], axis=1)


def explained(components: Components) -> pd.DataFrame:
    """Each component's share of the variation, alone and with those before it."""
    shares = components.shares[components.shares > 0]
    return pd.DataFrame(
        {
            "component": range(1, len(shares) + 1),
            "share": shares.to_numpy(),
            "cumulative": np.round(shares.cumsum().clip(upper=1).to_numpy(), DECIMALS),
        }
    )


def enough(table: pd.DataFrame) -> int:
    """How many components keep 80 % of the variation."""
    return int(table.loc[table["cumulative"] >= ENOUGH - 10**-DECIMALS, "component"].iloc[0])
