"""Which of the drawn inputs a result hangs on, from the draws as they are: no further plan is solved for it.

    rank_correlation   correlation of the ranks of input and result (Spearman): its sign says which way
    variance_share     share of the variance of the result that the input alone explains: with the draws cut into B bins of as many draws by the input,
                       (between - (B - 1) / (N - B) * within) / (between + within), sums of squares between bins and within them; the second term takes
                       away what bins of pure noise would explain (epsilon squared, Kelley 1935)

Intervals hold the middle nine tenths of what draws with replacement give (bootstrap); ranks and bins are those of all draws. Of the second, noise
within draws that stand twice is smaller: the interval is moved so that its middle is the share itself.

Limits: what two inputs do only together is in neither number; inputs that are drawn together share one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Floats = npt.NDArray[np.float64]
#: Ends of an interval: nine tenths of the draws lie between.
INTERVAL = (0.05, 0.95)
#: Draws that a bin holds at least: fewer tell nothing of a mean.
FEWEST_IN_BIN = 8
#: Most bins: more follow the noise.
MOST_BINS = 20


@dataclass(frozen=True)
class Importance:
    """Of every input (rows) and result (columns): the two numbers and the ends of their intervals; NaN where a result is the same in all draws."""

    correlation: Floats
    correlation_low: Floats
    correlation_high: Floats
    share: Floats
    share_low: Floats
    share_high: Floats


def importance(inputs: Floats, results: Floats, resamples: int, seed: int) -> Importance:
    """Both numbers of ``inputs`` (draws x inputs) for ``results`` (draws x results)."""
    draws = len(inputs)
    ranked, placed = ranks(inputs), ranks(results)
    bins = bins_of(ranked)
    whole = np.ones(draws)
    correlation, share = _correlation(ranked, placed, whole), _share(bins, results, whole)
    generator = np.random.default_rng(seed)
    weights = [np.bincount(generator.integers(0, draws, draws), minlength=draws).astype(float) for _ in range(resamples)]
    again = np.stack([_correlation(ranked, placed, weight) for weight in weights])
    shares = np.stack([_share(bins, results, weight) for weight in weights])
    shares = shares - np.median(shares, axis=0) + share
    low, high = (np.quantile(again, end, axis=0) for end in INTERVAL)
    share_low, share_high = (np.quantile(shares, end, axis=0) for end in INTERVAL)
    return Importance(correlation, low, high, share, share_low, share_high)


def ranks(columns: Floats) -> Floats:
    """The rank of every entry within its column, those of equal ones the same."""
    return np.asarray(rankdata(columns, axis=0), dtype=float)


def bins_of(ranked: Floats) -> npt.NDArray[np.int64]:
    """The bin of every draw by every input: as many bins as hold enough draws each."""
    draws = len(ranked)
    number = max(1 + 1, min(MOST_BINS, draws // FEWEST_IN_BIN))
    return np.minimum(((ranked - 1.0) / draws * number).astype(np.int64), number - 1)


def _correlation(inputs: Floats, results: Floats, weight: Floats) -> Floats:
    total = weight.sum()
    one, other = (columns - weight @ columns / total for columns in (inputs, results))
    both = one.T @ (weight[:, None] * other)
    spread = np.sqrt(np.outer(weight @ one**2, weight @ other**2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 0.0, both / spread, np.nan)


def _share(bins: npt.NDArray[np.int64], results: Floats, weight: Floats) -> Floats:
    total, number = weight.sum(), int(bins.max()) + 1
    centred = results - weight @ results / total
    whole = weight @ centred**2
    found = np.full((bins.shape[1], results.shape[1]), np.nan)
    for place in range(bins.shape[1]):
        member = np.zeros((number, len(weight)))
        member[bins[:, place], np.arange(len(weight))] = weight
        held = member.sum(axis=1)
        sums = (member @ centred)[held > 0.0]
        between = (sums**2 / held[held > 0.0, None]).sum(axis=0)
        noise = (len(sums) - 1) / max(total - len(sums), 1.0) * (whole - between)
        with np.errstate(invalid="ignore", divide="ignore"):
            found[place] = np.where(whole > 0.0, (between - noise) / whole, np.nan)
    return found
