"""Segments as crowds: where many customers lie close together. How many there are is found, not set."""

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
from scipy.spatial import KDTree

from customer_segments.base import words
from customer_segments.steps.clustering.gaps import Crowd, sampled, spread
from customer_segments.steps.clustering.numbered import DECIMALS, NOBODY, NumberedSegmenter, UnusableError, sample_rows
from customer_segments.steps.clustering.places import Crowds
from customer_segments.steps.clustering.scores import farthest_below_chord

SMALLEST_SHARE = 0.02  # a crowd that HDBSCAN finds holds at least this share of customers
SMALLEST = 5
ANY_DISTANCE = np.finfo(float).max


class FastCrowds(Crowds):
    """The same, found in trees."""

    def codes(self, points: np.ndarray) -> np.ndarray:
        far, nearest = KDTree(self.anchors).query(points, k=2)
        codes = self.members[nearest[:, 0]]
        found = np.where(far[:, 0] <= self.within[codes], codes, NOBODY)
        tied = far[:, 0] == far[:, 1]
        found[tied] = super().codes(points[tied])
        return found

    def nearest(self, anchors: np.ndarray, points: np.ndarray, few: int) -> np.ndarray:
        return KDTree(anchors).query(points, k=range(1, few + 1))[0].T


class CrowdSegmenter(NumberedSegmenter):
    """What both methods share: a customer belongs where the nearest fitted one does, unless that one is too far."""

    called: str
    setting: str  # the parameter that decides how many crowds are found; what was used is learnt

    def learn(self, points: np.ndarray, names: Sequence[str] = ()) -> None:
        self.anchors_, self.anchor_codes_, self.within_ = self._crowds(points)
        self.found_ = len(self.within_)
        self.crowded_ = float((self.codes(points) != NOBODY).mean()) if self.found_ else 0.0
        if self.found_ < 2:
            what = f"a single crowd ({words.percent(self.crowded_)} of customers)" if self.found_ else "no crowd"
            used, setting = getattr(self, f"{self.setting}_"), f"`clustering.{self.setting}`"
            raise UnusableError(
                f"{self.called} with {setting} {words.number(used)} finds {what}, so there are no segments to tell "
                f"apart: set another {setting}, or choose another `clustering.method`."
            )

    @abstractmethod
    def _crowds(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Customers who stand for a crowd (or for nobody's), their crowd, and how far each crowd reaches."""

    def _keep(self, order: np.ndarray) -> None:
        places = np.full(len(self.within_), NOBODY)
        places[order] = np.arange(len(order))
        self.anchor_codes_ = np.where(self.anchor_codes_ == NOBODY, NOBODY, places[self.anchor_codes_])
        self.within_ = self.within_[order]

    def places(self) -> FastCrowds:
        return FastCrowds(self.anchors_, self.anchor_codes_, self.within_)


class DbscanSegmenter(CrowdSegmenter):
    """DBSCAN: customers with `min_samples` others within `eps` make a crowd, to which all within `eps` of them belong.

    `min_samples` is twice the number of features unless set, `eps` where the sorted distances to so many neighbours
    bend (Sander et al. 1998).
    """

    called, setting = "DBSCAN", "eps"

    def __init__(self, eps: float | None = None, min_samples: int | None = None, seed: int = 0) -> None:
        self.eps = eps
        self.min_samples = min_samples
        self.seed = seed

    def _crowds(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        from sklearn.cluster import DBSCAN

        sample = points[sample_rows(len(points), self.seed)]
        neighbours = min(self.min_samples or max(4, 2 * sample.shape[1]), len(sample))
        self.eps_ = self.eps or bend_of_distances(sample, neighbours)
        fitted = DBSCAN(eps=self.eps_, min_samples=neighbours).fit(sample)
        cores, codes = fitted.core_sample_indices_, fitted.labels_[fitted.core_sample_indices_]
        return sample[cores], codes, np.full(codes.max(initial=NOBODY) + 1, self.eps_)


class HdbscanSegmenter(CrowdSegmenter):
    """HDBSCAN: crowds of any density that stay together longest, each of at least `min_cluster_size` customers.

    That is one customer in fifty unless set. A new customer belongs where the nearest fitted one does, unless it is
    farther away than any member of that crowd from its nearest fellow.
    """

    called, setting = "HDBSCAN", "min_cluster_size"

    def __init__(self, min_cluster_size: int | None = None, min_samples: int | None = None, seed: int = 0) -> None:
        self.min_cluster_size = min_cluster_size
        self.min_samples = min_samples
        self.seed = seed

    def _crowds(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        from sklearn.cluster import HDBSCAN

        sample = points[sample_rows(len(points), self.seed)]
        self.min_cluster_size_ = self.min_cluster_size or max(SMALLEST, round(SMALLEST_SHARE * len(sample)))
        most = min(self.min_cluster_size_, len(sample) - 1)
        neighbours = min(self.min_samples or most, len(sample) - 1)
        codes = HDBSCAN(min_cluster_size=max(2, most), min_samples=neighbours, copy=True).fit(sample).labels_
        members = [sample[codes == code] for code in range(codes.max() + 1)]
        hops = [KDTree(crowd).query(crowd, k=2)[0][:, 1].max() for crowd in members]
        return sample, codes, np.round(np.array(hops), DECIMALS)


class EveryoneSegmenter(CrowdSegmenter):
    """The crowds that are looked for as distinct groups: HDBSCAN, and everyone belongs to the nearest one's crowd."""

    called, setting = "Crowd search", "smallest_share"

    def __init__(self, smallest_share: float = 0.05, seed: int = 0) -> None:
        self.smallest_share = smallest_share
        self.seed = seed

    def _crowds(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        self.smallest_share_ = self.smallest_share
        rng = np.random.default_rng(self.seed)
        sample = points[sampled(len(points), rng)]
        codes = dense(Crowd.of(spread(sample, rng)), self.smallest_share) - 1
        return sample, codes, np.full(codes.max() + 1, ANY_DISTANCE)


def dense(crowd: Crowd, smallest: float) -> np.ndarray:
    """Each customer's crowd (from 1), by HDBSCAN; those in none belong to the crowd of the nearest who is in one."""
    from sklearn.cluster import HDBSCAN

    size = max(crowd.neighbours + 1, int(len(crowd.points) * smallest))
    found = HDBSCAN(min_cluster_size=size, min_samples=crowd.neighbours, copy=True).fit_predict(crowd.points) + 1
    alone = found <= 0
    if alone.all():
        return np.ones_like(found)
    if alone.any():
        nearest = KDTree(crowd.points[~alone]).query(crowd.points[alone])[1]
        found[alone] = found[~alone][nearest]
    return found


def bend_of_distances(points: np.ndarray, neighbours: int) -> float:
    """The distance to the so-many-th neighbour at which the sorted distances of all customers bend most."""
    nearest = min(neighbours + 1, len(points))  # the first is the customer
    distances = np.sort(KDTree(points).query(points, k=[nearest])[0][:, 0])
    at = farthest_below_chord(np.arange(len(distances)), distances)[0]
    return float(max(distances[at], distances.max() / 1e6, 10.0**-DECIMALS).round(DECIMALS))
