"""What tables and cards show, as text."""

import re

from dashboard.views.facts import Facts
from dashboard.views.rows import Rows

__all__ = ["cells", "figures"]


def cells(rows: Rows) -> list[list[str]]:
    """Return the cells of a table, row by row, as HTML has them."""
    body = rows.markup.html.partition("<tbody>")[2]
    each = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in each]


def figures(facts: Facts) -> list[str]:
    """Return the figures of a row of cards."""
    return re.findall(r'<dd class="figure[^>]*>([^<]*)<', facts.markup.html)
