"""What a text says of itself, held against what came in: four parts announced, three found."""

from __future__ import annotations

import re

from fleuron.importing.sheet import Sheet, Slips

# A number, a few words at most, and the word for a part, in the languages old texts come in.
_NUMBERS = {
    "en": "two three four five six seven eight nine".split(),
    "de": "zwei drei vier fünf sechs sieben acht neun".split(),
    "fr": "deux trois quatre cinq six sept huit neuf".split(),
    "es": "dos tres cuatro cinco seis siete ocho nueve".split(),
    "it": "due tre quattro cinque sei sette otto nove".split(),
}
_PARTS = {
    "en": r"(?:main |principal )?(?:parts|sections|chapters)",
    "de": r"(?:Haupt)?(?:teilen?|abschnitten?|kapiteln?)",
    "fr": r"(?:grandes )?(?:parties|sections|chapitres)",
    "es": r"(?:partes|secciones|capítulos)",
    "it": r"(?:parti|sezioni|capitoli)",
}
_FRAME = re.compile(
    r"(introduction|conclusions?|summary|einleitung|fazit|introducción|conclusiones|introduzione"
    r"|conclusioni|executive summary)",
    re.IGNORECASE,
)


def compare(sheet: Sheet, lang: str, told: Slips) -> None:
    """Tells where the text announces another number of parts than it has headings for."""
    language = lang.split("-")[0]
    if language not in _NUMBERS:
        return
    pattern = re.compile(rf"\b({'|'.join(_NUMBERS[language])}) {_PARTS[language]}\b", re.IGNORECASE)
    heads = [p for p in sheet.parts if p.kind == "heading" and p.level == 1]
    found = [p.text for p in heads if not _FRAME.fullmatch(p.text.strip())]
    for part in sheet.parts:
        match = pattern.search(part.text) if part.kind == "text" else None
        if match:
            wanted = _NUMBERS[language].index(match[1].lower()) + 2
            if wanted != len(found):
                have = "; ".join(found) or "none"
                told.tell(
                    "I204",
                    part.line,
                    f"the text announces {match[0]}, and {len(found)} headings were found: {have}",
                    "a heading is lost, or has another level",
                    match.start() + 1,
                    len(match[0]),
                )
            return
