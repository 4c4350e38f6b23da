"""Which unit of a translation answers to which of its source. Two sequences in, pairs out.

Where the kinds agree one by one, units answer to each other by their place. Else the pairs are
chosen that agree best in all: a unit that is lost or added must not set all that follow it askew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from fleuron.translation.units import Unit

Pairs = Iterator[tuple[Unit | None, Unit | None]]


def aligned(left: Sequence[Unit], right: Sequence[Unit]) -> Pairs:
    """Units side by side; None where one side has nothing that answers."""
    if [u.kind for u in left] == [u.kind for u in right]:
        yield from zip(left, right, strict=True)
        return
    head, tail = _alike(left, right)
    yield from zip(left[:head], right[:head], strict=True)
    yield from _best(left[head : len(left) - tail], right[head : len(right) - tail])
    yield from zip(left[len(left) - tail :], right[len(right) - tail :], strict=True)


def _alike(left: Sequence[Unit], right: Sequence[Unit]) -> tuple[int, int]:
    """How many units at the beginning and at the end agree in all that must stay."""
    most = min(len(left), len(right))
    head = next((n for n in range(most) if not _agree(left[n], right[n])), most)
    most -= head
    tail = next((n for n in range(most) if not _agree(left[-1 - n], right[-1 - n])), most)
    return head, tail


def _agree(one: Unit, two: Unit) -> bool:
    return one.kind == two.kind and _constants(one) == _constants(two)


def _best(left: Sequence[Unit], right: Sequence[Unit]) -> Pairs:
    """The alignment of the highest sum of likenesses (Needleman and Wunsch, 1970)."""
    rows, columns = len(left) + 1, len(right) + 1
    best = [[0.0] * columns for _ in range(rows)]
    for i in range(rows - 2, -1, -1):
        for j in range(columns - 2, -1, -1):
            pair = best[i + 1][j + 1] + _likeness(left[i], right[j])
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < rows - 1 or j < columns - 1:
        if i == rows - 1 or (j < columns - 1 and best[i][j] == best[i][j + 1]):
            yield None, right[j]
            j += 1
        elif j == columns - 1 or best[i][j] == best[i + 1][j]:
            yield left[i], None
            i += 1
        else:
            yield left[i], right[j]
            i, j = i + 1, j + 1


def _likeness(one: Unit, two: Unit) -> float:
    """How much two units look like each other's translation; below nought, not at all."""
    ours, theirs = _constants(one), _constants(two)
    lengths = sorted((len(one.words) + 1, len(two.words) + 1))
    score = lengths[0] / lengths[1] - 0.5
    score += 1.0 if one.kind == two.kind else -0.25
    if one.id and one.id == two.id:
        score += 2.0
    if ours or theirs:
        shared = sum((ours & theirs).values())
        score += 3.0 * shared / max(sum(ours.values()), sum(theirs.values())) - 1.0
    return score


def _constants(unit: Unit) -> Counter[object]:
    """What a unit has in every language."""
    return Counter([*unit.cites, *unit.numbers, *unit.targets, *["note"] * unit.notes])
