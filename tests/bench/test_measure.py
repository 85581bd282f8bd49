from bench.measure import GENERATOR, Result, Spread, cpu_ratios, ratios
from bench.scenarios import Figures, Scenario
from bench.usage import Usage


def result(name: str, limit: str, *rates: float) -> Result:
    scenario = Scenario(name, name, lambda: Figures(), limit)
    return Result(scenario, [{"numbers_per_s": rate} for rate in rates])


def test_a_spread_is_median_and_extremes() -> None:
    assert Spread.of([5, 1, 3]) == Spread(median=3, lowest=1, highest=5)


def test_ratios_compare_round_with_round() -> None:
    """The machine's speed changes between rounds; within one it treats both alike."""
    found = ratios([result("accept", "insert", 10, 40, 20), result("insert", "", 20, 80, 80)])

    assert found == {"accept/insert": Spread(median=0.5, lowest=0.25, highest=0.5)}


def test_twins_are_compared_by_cpu_time_without_the_load_generator() -> None:
    def used(cpu_s: float) -> dict[str, Usage]:
        return {"web": Usage(cpu_s / 2, 1), "postgres": Usage(cpu_s / 2, 1), GENERATOR: Usage(9, 1)}

    twin = Scenario("counted", "", lambda: Figures(), "bare", is_twin=True)
    other = Scenario("other", "", lambda: Figures(), "bare")
    bare = Result(Scenario("bare", "", lambda: Figures()), used=[used(10), used(20)])
    results = [Result(one, used=[used(11), used(21)]) for one in (twin, other)]

    assert cpu_ratios([*results, bare]) == {"counted/bare": Spread.of([1.1, 1.05])}
