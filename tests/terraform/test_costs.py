"""The README's cost table is what the rates and prices come to."""

from tests.terraform.costs import README, SITES, items, with_table


def test_readme_costs() -> None:
    """README's table holds what is reckoned, for every size."""
    readme = README.read_text()

    assert with_table(readme) == readme, "run `python -m tests.terraform.costs`"


def test_profiles_grow_with_viewers() -> None:
    """Ten times the viewers write ten times the profiles."""
    costs = [items(site)["DynamoDB: profiles"] for site in SITES]

    assert [round(cost / costs[0]) for cost in costs] == [1, 10, 100]


def test_profiles_by_hand() -> None:
    """Writes of a thousand viewers at the peak come to what a pencil says."""
    # 400 viewers, 2.5 writes a minute, 43,800 minutes, 2 units, 0.705 a million
    assert round(items(SITES[0])["DynamoDB: profiles"], 2) == round(
        400 * 2.5 * 43_800 * 2 * 0.705 / 1e6, 2
    )
