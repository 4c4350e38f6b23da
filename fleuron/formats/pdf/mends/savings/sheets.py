"""A style sheet read once for all pages that are set in it. Its text in; its rules out.

Between two saves of a text, or two editions of a catalogue in one language, the style sheet stays
the same. What its rules came to is kept; the faces are told to each document anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import weasyprint
from weasyprint import css

from fleuron.formats.pdf.mends.patching import rewrite

cssselect2, tinycss2 = css.cssselect2, css.tinycss2
_KEPT = 8  # sheets, of a few hundred rules each


@dataclass
class Sheet:
    """What a style sheet came to. Nobody changes the rules once they are read."""

    matcher: Any = field(default_factory=cssselect2.Matcher)
    page_rules: list[Any] = field(default_factory=list)
    faces: list[Any] = field(default_factory=list)  # their descriptors

    def add_font_face(self, descriptors: Any, _: Any) -> None:
        self.faces.append(descriptors)


@lru_cache(maxsize=_KEPT)
def _read(text: str, base_url: str, media: str) -> Sheet | None:
    """None for a sheet that needs more of a document than its faces."""
    rules = tinycss2.parse_stylesheet(text)
    if not _alone(rules):
        return None
    sheet = Sheet()
    css.preprocess_stylesheet(
        media, base_url, rules, None, sheet.matcher, sheet.page_rules, [], sheet, {}, {}
    )
    return sheet


def _alone(rules: Iterable[Any], within: bool = False) -> bool:
    """Whether there are only rules that stand for themselves: no imports, no layers, no counter
    styles, no colour profiles."""
    for rule in rules:
        if rule.type != "at-rule" or rule.lower_at_keyword in ("page", "font-face"):
            continue
        if within or rule.lower_at_keyword != "media":
            return False
        if not _alone(tinycss2.parse_rule_list(rule.content or []), within=True):
            return False
    return True


def preprocess(
    media: str,
    base_url: str,
    rules: str | list[Any],
    fetcher: Any,
    matcher: Any,
    page_rules: list[Any],
    layers: list[Any],
    font_config: Any,
    *more: Any,
    layer: str | None = None,
) -> None:
    """As WeasyPrint's, with the text of a sheet instead of its rules."""
    if isinstance(rules, str):
        sheet = _read(rules, base_url, media) if layer is None and font_config else None
        if sheet is not None:
            vars(matcher).update(vars(sheet.matcher))
            page_rules.extend(sheet.page_rules)
            for descriptors in sheet.faces:
                font_config.add_font_face(descriptors, fetcher)
            return
        rules = tinycss2.parse_stylesheet(rules)
    css.preprocess_stylesheet(
        media, base_url, rules, fetcher, matcher, page_rules, layers, font_config, *more,
        layer=layer,
    )  # fmt: skip


def read_sheets_once() -> None:
    rewrite(
        weasyprint.CSS.__init__,
        "fa3f8dd541caff9f",
        ("stylesheet = tinycss2.parse_stylesheet(css)", "stylesheet = css"),
        ("    preprocess_stylesheet(\n", "    _preprocess(\n"),
        _preprocess=preprocess,
    )


SAVINGS = (read_sheets_once,)
