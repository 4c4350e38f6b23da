"""The figures of the brief. Committed data and an edition's strings in; two SVG files out.

    python tools/figures/make.py [--language en] [--out FOLDER]

Without options it writes the English figures that every edition shares.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import belarus_map
import timeline
import yaml
from drawing import Drawing

HERE = Path(__file__).resolve().parent
CONTENT = HERE.parents[1] / "content" / "military-district"


def read(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)


def figures(strings: Mapping[str, str]) -> dict[str, Drawing]:
    """Every figure by the name of its file."""
    atlas = Drawing("map", belarus_map.SIZE, strings)
    belarus_map.draw(read(HERE / "outlines.json"), read(HERE / "places.yaml"), atlas)
    years = Drawing("timeline", timeline.SIZE, strings)
    timeline.draw(read(HERE / "events.yaml"), years)
    return {"map.svg": atlas, "timeline.svg": years}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--language", default="en")
    parser.add_argument("--out", type=Path, default=CONTENT / "figures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name, drawing in figures(read(CONTENT / options.language / "figures.yaml")).items():
        (options.out / name).write_text(drawing.svg(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
