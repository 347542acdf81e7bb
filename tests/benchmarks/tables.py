"""Tables of measurements, for a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.benchmarks.results import FIGURES, Measurement, shown

__all__ = ["print_tables", "rows"]


def rows(case: str, found: Sequence[Measurement]) -> list[list[str]]:
    """Return a case's table, its head first; a column that nobody has is left out."""
    ours = [one for one in found if one.case == case]
    words = list(dict.fromkeys(word for one in ours for word in one.what))
    names = [name for name in FIGURES if any(name in one.figures for one in ours)]
    table = [[*words, *(FIGURES[name].title for name in names)]]
    for one in ours:
        cells = [one.what.get(word, "") for word in words]
        for name in names:
            values = one.figures.get(name, [])
            cells.append(shown(values, FIGURES[name].decimals) if values else "")
        table.append(cells)
    return table


def print_tables(found: Sequence[Measurement], console: Console) -> None:
    """Print a table a case."""
    for case in dict.fromkeys(one.case for one in found):
        head, *body = rows(case, found)
        table = Table(*head, title=case, title_justify="left")
        for cells in body:
            table.add_row(*cells)
        console.print(table)
