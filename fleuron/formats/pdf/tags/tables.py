"""Which heads a cell has. An HTML table in; its parts in order, and cells' attributes, out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

_SCOPES = {"row": "/Row", "rowgroup": "/Row", "col": "/Column", "colgroup": "/Column"}


def parts(table: Any) -> Iterator[Any]:
    """The groups, rows and cells of `table` itself, not those of a table in one of its cells."""
    for child in table:
        if child.tag in ("thead", "tbody", "tfoot"):
            yield child
        for row in _rows_of(child):
            yield row
            yield from (cell for cell in row if cell.tag in ("td", "th"))


def _rows_of(child: Any) -> list[Any]:
    if child.tag == "tr":
        return [child]
    return (
        [row for row in child if row.tag == "tr"]
        if child.tag in ("thead", "tbody", "tfoot")
        else []
    )


def cells(
    table: Any, number: int, named: Callable[[int], str] = str
) -> Iterator[tuple[Any, dict[str, Any], str]]:
    """Each cell with its table attributes and, for a head, its id (ISO 32000-1, table 349).

    Scope says it shortly; Headers says it again by id, for readers that go by those and for cells
    beneath or beside more than one head. `number` is the table's among those of the document.
    """
    grid = list(_grid(table))
    headed = {row for _, row, *_ in grid} - {row for cell, row, *_ in grid if cell.tag == "td"}
    across: dict[int, list[tuple[int, str]]] = {}
    along: dict[int, list[str]] = {}
    out = []
    for cell, row, column, rows, columns in grid:
        attributes: dict[str, Any] = {}
        if columns > 1:
            attributes["ColSpan"] = columns
        if rows > 1:
            attributes["RowSpan"] = rows
        ident = ""
        if cell.tag == "th":
            ident = f"table-{named(number)}-{row + 1}-{column + 1}"
            scope = _SCOPES.get(cell.get("scope") or "", "/Column" if row in headed else "/Row")
            attributes["Scope"] = scope
            if scope == "/Row":
                for place in range(row, row + rows):
                    along.setdefault(place, []).append(ident)
            else:
                for place in range(column, column + columns):
                    across.setdefault(place, []).append((row, ident))
        out.append((cell, attributes, ident, row, column, rows, columns))
    for cell, attributes, ident, row, column, rows, columns in out:
        if cell.tag == "td":
            places = range(column, column + columns)
            heads = [h for p in places for above, h in across.get(p, []) if above < row]
            heads += [h for place in range(row, row + rows) for h in along.get(place, [])]
            if heads:
                attributes["Headers"] = list(dict.fromkeys(heads))
        yield cell, attributes, ident


def _grid(table: Any) -> Iterator[tuple[Any, int, int, int, int]]:
    """Cells with their row, column and spans, as HTML lays them out (HTML, 4.9.12.1)."""
    taken: set[tuple[int, int]] = set()
    row = -1
    for element in parts(table):
        if element.tag == "tr":
            row, column = row + 1, 0
        elif element.tag in ("td", "th"):
            while (row, column) in taken:
                column += 1
            rows, columns = _span(element, "rowspan"), _span(element, "colspan")
            taken |= {(row + r, column + c) for r in range(rows) for c in range(columns)}
            yield element, row, column, rows, columns
            column += columns


def _span(cell: Any, name: str) -> int:
    value = cell.get(name) or "1"
    return max(1, int(value)) if value.isdigit() else 1
