"""Styles worked out when somebody asks for them. A document's style sheets in; its styles out.

WeasyPrint's own style sheet gives each element a marker, a call and five more pseudo-elements that
only a list's items and notes ever have: five styles for each that is used. And for each page it
looks through the styles of all pages before it. And most properties of most elements are what
nobody has set: handed down by the parent, or the initial value. And an element with an id has a
style of its own, for that is its anchor's name, and so has all that stands in it: every note.
"""

from __future__ import annotations

from typing import Any

from weasyprint.css import (
    INHERITED,
    INITIAL_NOT_COMPUTED,
    INITIAL_VALUES,
    PHYSICAL_FUNCTIONS,
    ComputedStyle,
    StyleFor,
)
from weasyprint.layout import page

from fleuron.formats.pdf.mends.patching import rewrite

_LATER = frozenset(
    "marker footnote-call footnote-marker note-call note-marker note-callback".split()
)


def style_pseudo_elements_that_are_there() -> None:
    rewrite(
        StyleFor.__init__,
        "d60656cf202d3e3b",
        (
            "        if pseudo_type:\n            self.set_computed_styles(\n",
            "        if pseudo_type and not _later(self, html, element, pseudo_type):\n"
            "            self.set_computed_styles(\n",
        ),
        _later=later,
    )
    rewrite(
        StyleFor.__call__,
        "1c78c260676b0426",
        (
            "if style := self._computed_styles.get((element, pseudo_type)):",
            "if style := _styled(self, element, pseudo_type):",
        ),
        _styled=styled,
    )


def later(styles: Any, html: Any, element: Any, pseudo: str) -> bool:
    """Whether the style of a pseudo-element can wait; what it will be made of is put aside."""
    key = element, pseudo
    made_of = styles._cascaded_styles[key]
    if pseudo not in _LATER or "anchor" in made_of:
        return False
    waiting = styles.__dict__.setdefault("waiting", {})
    known = styles.__dict__.setdefault("known", {})
    styles.page = html.etree_element, html.base_url
    same = (*((name, id(value), weight) for name, (value, weight) in made_of.items()),)
    waiting[key] = known.setdefault(same, made_of)
    return True


def styled(styles: Any, element: Any, pseudo: str | None) -> Any:
    """The style of an element, or of one that waited."""
    key = element, pseudo
    style = styles._computed_styles.get(key)
    waiting = styles.__dict__.get("waiting", {})
    if style is None and key in waiting:
        root, base_url = styles.page
        styles._cascaded_styles[key] = made_of = waiting.pop(key)
        style = _of_pseudo(styles, element, pseudo, id(made_of), root, base_url)
        del styles._cascaded_styles[key]
    return style


# ------------------------------------------------------------------ kin


def share_styles_of_kin() -> None:
    rewrite(
        StyleFor.__init__,
        "d60656cf202d3e3b",
        (
            "parent_id = id(computed_styles[parent, None]) if element.parent else None",
            "parent_id = _kin(computed_styles[parent, None]) if element.parent else None",
        ),
        (
            "            computed_cache[key] = computed_styles[etree_element, None]\n",
            "            computed_cache[key] = computed_styles[etree_element, None]\n"
            "            _acquaint(computed_cache, key)\n",
        ),
        (
            "        if pseudo_type",
            "        if pseudo_type and not _shared(self, html, element, pseudo_type)",
        ),
        _kin=kin,
        _acquaint=acquaint,
        _shared=shared,
    )


def kin(style: Any) -> int:
    """The same for styles that hand the same down: those that differ in their anchors alone."""
    return int(style.__dict__.get("kin", id(style)))


def acquaint(cache: dict[Any, Any], key: Any) -> None:
    """Finds the kin of the style that was put into the cache under `key`."""
    parent, declared, rules = key
    others = tuple(d for d in declared or () if getattr(d, "name", "") != "-weasy-anchor")
    if len(others) == len(declared or ()):
        return
    like = parent, others or None, rules
    style = cache[key]
    first = cache.get(like) or cache.setdefault((*like, "but for its anchor"), style)
    if first is not style:
        style.kin = kin(first)
        style.anonymous_style = first.anonymous_style


def shared(styles: Any, html: Any, element: Any, pseudo: str) -> bool:
    """Whether a pseudo-element has been given a style that others of its kin have too."""
    made_of = styles._cascaded_styles[element, pseudo]
    if pseudo in _LATER or "anchor" in made_of:
        return False
    same = (*((name, id(value), weight) for name, (value, weight) in made_of.items()),)
    _of_pseudo(styles, element, pseudo, same, html.etree_element, html.base_url)
    return True


def _of_pseudo(
    styles: Any, element: Any, pseudo: str | None, made_of: Any, root: Any, base_url: str
) -> Any:
    """The style of a pseudo-element that is `made_of` the same as others of its kin."""
    known = styles.__dict__.setdefault("pseudo", {})
    key = kin(styles._computed_styles[element, None]), pseudo, made_of
    style = known.get(key)
    if style is None:
        styles.set_computed_styles(
            element, parent=element, root=root, pseudo_type=pseudo, base_url=base_url
        )
        style = known[key] = styles._computed_styles[element, pseudo]
    styles._computed_styles[element, pseudo] = style
    return style


def forget_the_styles_of_earlier_pages() -> None:
    rewrite(
        page.set_page_type_computed_styles,
        "4e68b396b35c4a06",
        (
            "    style_for.add_page_declarations(page_type)\n",
            "    style_for.get_cascaded_styles().clear()\n"
            "    style_for.add_page_declarations(page_type)\n",
        ),
    )


_OF_THEIR_OWN = frozenset({"page", "position", "float", "display"})
_INITIAL = {
    name: value
    for name, value in INITIAL_VALUES.items()
    if name not in INHERITED | INITIAL_NOT_COMPUTED | _OF_THEIR_OWN
    and not name.startswith("text_decoration_")
}
# Properties of a side, each with what it is called by the direction of the text.
_SIDES = {name: _INITIAL.pop(name) for name in PHYSICAL_FUNCTIONS if name in _INITIAL}
_LOGICAL = {
    (name, direction): PHYSICAL_FUNCTIONS[name](block="ttb", inline=direction)
    for name in _SIDES
    for direction in ("ltr", "rtl")
}


def take_what_nobody_has_set_as_it_is() -> None:
    rewrite(
        ComputedStyle.__missing__,
        "5b34f190d6dc227f",
        (
            "    if key == 'float':\n",
            "    if key not in self.cascaded:\n"
            "        if key in _INITIAL:\n"
            "            value = self[key] = _INITIAL[key]\n"
            "            return value\n"
            "        if key in INHERITED:\n"
            "            if self.parent_style is not None:\n"
            "                value = self[key] = self.parent_style[key]\n"
            "                return value\n"
            "        elif key in _SIDES and (\n"
            "                _LOGICAL[key, self['direction']] not in self.cascaded):\n"
            "            value = self[key] = _SIDES[key]\n"
            "            return value\n"
            "    if key == 'float':\n",
        ),
        _INITIAL=_INITIAL,
        _SIDES=_SIDES,
        _LOGICAL=_LOGICAL,
    )


SAVINGS = (
    style_pseudo_elements_that_are_there,
    share_styles_of_kin,
    forget_the_styles_of_earlier_pages,
    take_what_nobody_has_set_as_it_is,
)
