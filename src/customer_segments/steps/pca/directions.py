"""Principal components: the few directions along which customers differ most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from customer_segments.base import registry, words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import PcaParams

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


def strongest(components: Components, component: str, params: PcaParams) -> pd.Series:
    """The features named for a component, strongest first: those above the limit, or else the strongest alone."""
    loadings = components.loadings[component]
    ordered = loadings.reindex(loadings.abs().sort_values(ascending=False, kind="stable").index)
    above = ordered[ordered.abs() > params.loadings_above]
    return above if len(above) else ordered[ordered != 0].head(1)


def meaning(components: Components, component: str, params: PcaParams) -> str:
    """What a high place on the component means: `more orders and net revenue against days since last order`."""
    named = strongest(components, component, params)
    if named.empty:
        return "nothing: the features leave no further direction"
    for_it, against = (
        words.listed(registry.inline(feature) for feature in named.index[side]) for side in (named > 0, named < 0)
    )
    return f"more {for_it} against {against}" if against else f"more {for_it}"


def title(components: Components, component: str) -> str:
    """A component's number and share: `Component 1 (34%)`."""
    return f"{registry.label(component)} ({words.percent(components.shares[component])})"


def titles(components: Components) -> tuple[str, ...]:
    """The titles of the three components shown."""
    return tuple(title(components, component) for component in SHOWN)


def explained_caption(table: pd.DataFrame) -> str:
    """How much a few components keep, and how many are enough."""
    first = words.percent(table["share"].iloc[0])
    two = words.percent(table["cumulative"].iloc[min(1, len(table) - 1)])
    needed = enough(table)
    return (
        f"The first component keeps {first} of the variation between customers, the first two {two}; "
        f"{needed} of {len(table)} {'is' if needed == 1 else 'are'} needed for {words.percent(ENOUGH)}."
    )


def explained_alt(table: pd.DataFrame) -> str:
    """The shares for those who cannot see the bars."""
    shares = words.listed(words.percent(share) for share in table["share"])
    return f"Bars of each component's share of the variation ({shares}) and a line of the shares added up."


def component_table(components: Components, params: PcaParams) -> pd.DataFrame:
    """The components shown, their share and their meaning, written for a reader."""
    shares = components.shares[list(SHOWN)]
    rows = [(name.rpartition("_")[2], words.percent(shares[name]), meaning(components, name, params)) for name in SHOWN]
    table = pd.DataFrame(rows, columns=["Component", "Share of variation", "High on it means"])
    return table[shares.to_numpy() > 0]


def component_caption(components: Components, params: PcaParams) -> str:
    """Which feature weighs most on the first component, and from where on features are named."""
    first = components.loadings[SHOWN[0]].abs()
    return (
        f"{registry.label(first.idxmax())} weighs most on component 1 (loading {words.number(first.max(), 2)}); "
        f"named are features with a loading above {words.number(params.loadings_above)}, or the strongest alone."
    )


def metrics(components: Components) -> dict[str, object]:
    """The outcome in numbers, small enough to compare between runs."""
    table = explained(components)
    return {
        "features": len(components.centre),
        "components_for_80_percent": enough(table),
        "explained_by_two": float(components.shares[list(SHOWN[:2])].sum()),
        "explained_by_three": float(components.shares[list(SHOWN)].sum()),
    }
