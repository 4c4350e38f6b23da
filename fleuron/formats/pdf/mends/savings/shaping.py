"""Fonts asked for once for each style, not for each piece of text.

A piece of text is shaped by a Pango layout, which needs a context, a font description and a list of
features. They depend on the style alone, so a style keeps them; only the layout itself is new.
"""

from __future__ import annotations

from typing import Any

from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import ffi, gobject, pango

from fleuron.formats.pdf.mends.patching import replace, rewrite

METRICS = (
    "ascent",
    "underline_position",
    "strikethrough_position",
    "underline_thickness",
    "strikethrough_thickness",
)


def keep_fonts_with_their_style() -> None:
    rewrite(
        line_break.Layout.setup,
        "14d4deae06744b59",
        (
            "    self.first_line_direction = 0\n",
            "    self.first_line_direction = 0\n"
            "    if 'kit' in style.__dict__ or _lent(style):\n"
            "        _take(self, style)\n"
            "        return\n",
        ),
        (
            "    features = font_features(\n",
            "    style.kit = pango_context, font_description, self.language, _metrics(self)\n"
            "    style.features = b'', None\n"
            "    features = font_features(\n",
        ),
        (
            "        pango.pango_layout_set_attributes(self.layout, attr_list)\n",
            "        pango.pango_layout_set_attributes(self.layout, attr_list)\n"
            "        style.features = features, attr_list\n"
            "    _lend(style)\n",
        ),
        _take=_take,
        _lent=_lent,
        _lend=_lend,
        _metrics=_metrics,
    )
    rewrite(
        line_break.Layout.set_text,
        "cfe290e5cf742d88",
        (
            "        attr_list = pango.pango_layout_get_attributes(self.layout)\n"
            "        if attr_list == ffi.NULL:\n"
            "            attr_list = ffi.gc(\n"
            "                pango.pango_attr_list_new(),\n"
            "                pango.pango_attr_list_unref)\n",
            "        attr_list = _own_attributes(self.style)\n",
        ),
        _own_attributes=_own_attributes,
    )


OF_A_FONT = (
    *("direction", "lang", "font_language_override", "font_family", "font_style", "font_stretch"),
    *("font_weight", "font_size", "font_variant_caps", "font_variation_settings", "font_kerning"),
    *("font_variant_ligatures", "font_variant_position", "font_variant_numeric"),
    *("font_variant_alternates", "font_variant_east_asian", "font_feature_settings"),
    "text_decoration_line",
)


def _lent(style: Any) -> bool:
    """Whether another style of the document has the same font: then `style` has what that keeps."""
    # As text, since some values are lists, which cannot be looked up.
    key = str([style[name] for name in OF_A_FONT])
    kept = style.font_config.__dict__.setdefault("kits", {})
    if key in kept:
        style.kit, style.features = kept[key]
        return True
    style.font = key
    return False


def _lend(style: Any) -> None:
    style.font_config.kits[style.__dict__.pop("font")] = style.kit, style.features


def _metrics(layout: Any) -> dict[str, Any]:
    return {name: layout.__dict__[name] for name in METRICS if name in layout.__dict__}


def _take(layout: Any, style: Any) -> None:
    """A Pango layout from what `style` keeps."""
    context, description, layout.language, metrics = style.kit
    layout.__dict__.update(metrics)
    pango_layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(pango_layout, False)
    pango.pango_layout_set_font_description(pango_layout, description)
    attributes = style.features[1]
    if attributes is not None:
        pango.pango_layout_set_attributes(pango_layout, attributes)
    layout.layout = pango_layout


def _own_attributes(style: Any) -> Any:
    """A list of attributes to add to: that of the style is shared by all its layouts."""
    attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    features = style.features[0]
    if features:
        pango.pango_attr_list_insert(attributes, pango.pango_attr_font_features_new(features))
    return attributes


def pass_text_as_it_is() -> None:
    stock = line_break.unicode_to_char_p

    def unicode_to_char_p(string: str) -> tuple[bytes, bytes]:
        text = string.encode().replace(b"\x00", b"")
        return text, text

    replace(stock, unicode_to_char_p)


def justify_without_shaping() -> None:
    rewrite(
        inline.add_word_spacing,
        "879516e71f1b80fa",
        (
            "            layout = create_layout(\n"
            "                box.text, box.style, context, max_width=None,\n"
            "                justification_spacing=box.justification_spacing)\n"
            "            layout.deactivate()\n",
            "            layout = _spaced(box)\n",
        ),
        _spaced=_spaced,
    )


def _spaced(box: Any) -> Any:
    layout = line_break.Layout.__new__(line_break.Layout)
    layout.__dict__.update(box.pango_layout.__dict__)
    layout.justification_spacing = box.justification_spacing
    layout.max_width = None
    layout.first_line_direction = 0
    end = box.text.find("\n")
    text = box.text if end == -1 else box.text[: end + 2]
    layout.text = " \u200b" if text == " " and box.style["word_spacing"] else text
    return layout


def keep_struts_with_their_style() -> None:
    stock = line_break.strut

    def strut(style: Any) -> tuple[float, float]:
        found: tuple[float, float] | None = style.__dict__.get("strut")
        if found is None:
            found = style.strut = stock(style)
        return found

    replace(stock, strut)


SAVINGS = (
    keep_fonts_with_their_style,
    pass_text_as_it_is,
    justify_without_shaping,
    keep_struts_with_their_style,
)
