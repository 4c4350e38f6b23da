"""What editions claim of their accessibility, and may. What the last build left in; reasons and
names out. Standard library only.

A claim that an edition conforms is printed on the order of a release alone, which has proven it.
It stands in all of an edition's formats or in none, is kept as long as the statement beside it says
that every check was made and found nothing, and falls with that.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fleuron import cache
from fleuron.building.orders import ALL_FORMATS, Order
from fleuron.cache import Built


def amiss(order: Order, built: Built) -> Iterator[str]:
    """What an edition claims and should not, or should and does not."""
    claims = built.facts.get("certifier")
    if not claims and order.claim and built.facts.get("would-certify"):
        yield "it is proven that it conforms, and it does not say so"
    elif claims and (order.claim is False or not _proven(order.dist, built)):
        yield "it is not proven that it conforms, as it claims"


def _proven(dist: Path, built: Built) -> bool:
    stands = bool(built.statement) and not any(cache.spoilt(built.statement, dist))
    return built.proven and stands


def formats(order: Order, built: Built) -> tuple[str, ...]:
    """What is built of an edition: what is asked for and, of one that claims or is to, whatever
    stands of it."""
    if not order.formats or not (order.claim or built.facts.get("certifier")):
        return order.formats
    have = {path.rpartition(".")[2] for path in built.outputs}
    return tuple(f for f in ALL_FORMATS if f in order.formats or f in have)


def to_claim(dist: Path) -> tuple[str, ...]:
    """Editions that could claim to conform, since it is proven and someone certifies it."""
    return tuple(
        slug
        for slug, built in cache.load(dist).editions.items()
        if built.proven and built.facts.get("would-certify") and not built.facts.get("certifier")
    )


def claiming(dist: Path) -> tuple[str, ...]:
    """Editions that claim to conform."""
    known = cache.load(dist).editions
    return tuple(slug for slug, built in known.items() if built.facts.get("certifier"))
