"""How much of a vintage stands and works: hand-worked shares with uneven periods and lives that end inside one."""

from __future__ import annotations

import pytest

from model.levers.lives import lives
from tests.levers.toy import toy_data


def shares(years: tuple[int, ...], vintage: int, life: float, column: str = "works") -> dict[int, float]:
    found = lives(toy_data(years=years), [vintage], life)
    return dict(zip(found["year"].tolist(), found[column].tolist(), strict=True))


def test_a_vintage_works_half_of_its_own_period_and_as_long_as_its_life_altogether() -> None:
    """Ten years of life in periods of five: half, one, half; 2.5 + 5 + 2.5 years."""
    assert shares((2020, 2025, 2030, 2035, 2040), 2025, 10.0) == pytest.approx({2025: 0.5, 2030: 1.0, 2035: 0.5})


def test_at_the_milestones_it_stands_whole_until_its_life_is_over() -> None:
    """The last of it was built at the end of 2025 and ends with 2035: nothing stands then."""
    assert shares((2020, 2025, 2030, 2035, 2040), 2025, 10.0, "stands") == pytest.approx({2025: 1.0, 2030: 1.0, 2035: 0.0})


def test_a_life_that_ends_inside_a_long_period_works_what_is_left_of_it() -> None:
    """Built 2026 to 2030, twelve years: it leaves from 2037 to 2042. Of 2035-45: two whole years and five at half, 4.5 of 10."""
    assert shares((2020, 2025, 2030, 2035, 2045), 2030, 12.0) == pytest.approx({2030: 0.5, 2035: 1.0, 2045: 0.45})
    assert shares((2020, 2025, 2030, 2040, 2045), 2030, 12.0, "stands")[2040] == pytest.approx(0.4), "(2042 - 2040) / 5"


def test_a_life_shorter_than_its_period_never_stands_whole() -> None:
    """Built over ten years, each for four: at most 0.4 at once; from 0 to 0.4 in four years, then level: (0.8 + 2.4) / 10.

    What is left at the milestone falls from 0.4 to 0 in four years of the next period: 0.8 of 5.
    """
    assert shares((2020, 2030, 2035), 2030, 4.0) == pytest.approx({2030: 0.32, 2035: 0.16})
    assert shares((2020, 2030, 2035), 2030, 4.0, "stands") == pytest.approx({2030: 0.4, 2035: 0.0})


@pytest.mark.parametrize("years", [(2020, 2025, 2030, 2035, 2060, 2080), (2020, 2027, 2031, 2060, 2080), (2020, 2030, 2080)])
@pytest.mark.parametrize("life", [3.0, 12.5, 20.0, 30.0])
def test_the_years_that_a_vintage_works_are_its_life(years: tuple[int, ...], life: float) -> None:
    """Whatever the periods, sum over t of n[t] * works[v,t] is the life, so that an annuity is paid as often as it is due."""
    data = toy_data(years=years)
    found = lives(data, [years[1]], life)
    assert life == pytest.approx(sum(data.length(year) * works for year, works in zip(found["year"], found["works"], strict=True)))
