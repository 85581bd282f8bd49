from bench.measure import Result, Spread, ratios
from bench.scenarios import Figures, Scenario


def result(name: str, limit: str, *rates: float) -> Result:
    scenario = Scenario(name, name, lambda: Figures(), limit)
    return Result(scenario, [{"numbers_per_s": rate} for rate in rates])


def test_a_spread_is_median_and_extremes() -> None:
    assert Spread.of([5, 1, 3]) == Spread(median=3, lowest=1, highest=5)


def test_ratios_compare_round_with_round() -> None:
    """The machine's speed changes between rounds; within one it treats both alike."""
    found = ratios([result("accept", "insert", 10, 40, 20), result("insert", "", 20, 80, 80)])

    assert found == {"accept/insert": Spread(median=0.5, lowest=0.25, highest=0.5)}
