"""The command line: the door out. Arguments in; files written, lines printed, an exit code out.

Exit codes: 0 good; 1 the content has errors (with --strict, warnings too); 2 wrong usage;
3 something the machine lacks; 4 our own fault. Heavy modules are imported where they are needed,
so that a build with nothing to do starts nothing.
"""

from __future__ import annotations

import argparse
import functools
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fleuron import __version__

if TYPE_CHECKING:
    from fleuron.building import Checked
    from fleuron.model import Diagnostic
    from fleuron.verify import Result

ROOT = Path(__file__).resolve().parent.parent
GOOD, CONTENT, USAGE, MACHINE, FAULT = 0, 1, 2, 3, 4
OUTPUTS = ("text", "json", "sarif", "github")
_OUTPUT_HELP = "diagnostics for people, or for a program on standard output"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except KeyboardInterrupt:
        _say("stopped; what was finished before stays as it was")
        return 130
    except BrokenPipeError:
        return GOOD
    except OSError as error:
        return _machine(error)
    except Exception as error:  # noqa: BLE001 - the last door: a fault of ours is told, not thrown
        return _unforeseen(error)


def _unforeseen(error: Exception) -> int:
    """What no check foresaw, in the text or in us."""
    from fleuron.model import Unreadable  # only here, as a build with nothing to do needs no model

    if isinstance(error, Unreadable):
        _say(f"{error}: this cannot be read to its end; make check says more")
        return CONTENT
    traceback.print_exception(error)
    _say(f"this is a fault in fleuron {__version__}, not in your text: please report it")
    return FAULT


def _machine(error: OSError) -> int:
    """What the machine lacks, in one line."""
    if "cannot load library" in str(error):
        _say(
            "Pango is missing, which sets the pages: apt install libpango-1.0-0 libpangoft2-1.0-0 "
            "libharfbuzz-subset0 (Debian), dnf install pango (Fedora), brew install pango (macOS)"
        )
    else:
        where = f": {error.filename}" if error.filename else ""
        _say(f"{error.strerror or error}{where}; nothing that was there before is lost")
    return MACHINE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build.py", description="Sets briefs as PDF, EPUB and HTML."
    )
    parser.add_argument("--version", action="version", version=f"fleuron {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, run, words in (
        ("build", build, "every edition in every format, into dist/; what is up to date is left"),
        ("check", check, "every diagnostic, nothing built"),
        ("release", release, "a strict build of all editions, for the version of the git tag"),
        ("matrix", matrix, "the editions as JSON, for CI"),
        ("status", status, "the state of every translation"),
        ("serve", serve, "a live preview that sets again what is saved"),
        ("accept", accept, "says that translations answer to their sources as they are now"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        _content_options(command)
        if name in ("build", "release"):
            _build_options(command)
        if name == "build":
            command.add_argument(
                "--pseudo",
                choices=("ploc", "plocm"),
                default="",
                help="in a pseudo-language, longer or mirrored, into .cache/pseudo/",
            )
        if name == "check":
            command.add_argument("--strict", action="store_true", help="warnings fail too")
        if name in ("build", "check", "release"):
            command.add_argument("--output", choices=OUTPUTS, default="text", help=_OUTPUT_HELP)
        if name == "release":
            command.add_argument("--tag", help="the tag, where git cannot say it")
        if name == "serve":
            command.add_argument("--port", type=int, default=8642, help="0 takes any free one")
        if name == "status":
            command.add_argument("--output", choices=("text", "json", "html"), default="text")
            command.add_argument("--page", action="store_true", help="write status.html, too")
            command.add_argument("--dist", type=Path, default=ROOT / "dist", help="where to")
    _verify_options(commands.add_parser("verify", help="every validator there is, on dist/"))
    _schema_options(commands.add_parser("schema", help="a metadata file's JSON Schema"))
    _new_options(commands.add_parser("new", help="a new brief, or a new translation of one"))
    words = "an old text (.docx, .odt, .txt) becomes the folder of a new brief; "
    words += "a translation tool's file (.po, .xlf) goes back into its edition"
    _import_options(commands.add_parser("import", help=words, description=words))
    words = "editions as files for translation tools"
    _export_options(commands.add_parser("export", help=words, description=words))
    return parser


def _verify_options(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=verify)
    command.add_argument("--dist", type=Path, default=ROOT / "dist", help="what to verify (dist/)")
    command.add_argument("--strict", action="store_true", help="a missing validator fails, too")
    command.add_argument("--afresh", action="store_true", help="ask again what is remembered")
    command.add_argument("--output", choices=("text", "json"), default="text")


def _schema_options(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=schema)
    command.add_argument("file", choices=("brief", "edition", "waivers"), help="which file's")


def _new_options(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=new)
    command.add_argument("brief", help="the folder's name in content/")
    command.add_argument("--lang", default="", help="the language of the translation")
    command.add_argument("--content", type=Path, default=ROOT / "content")
    command.add_argument("--templates", type=Path, default=ROOT / "templates")


def _import_options(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=bring)
    command.add_argument("file", type=Path)
    command.add_argument("brief", nargs="?", default="", help="the folder's name in content/")
    command.add_argument("--lang", default="en", help="the language it is written in (en)")
    command.add_argument("--changes", choices=("accept", "reject"), default="accept")
    command.add_argument("--content", type=Path, default=ROOT / "content")
    command.add_argument("--bibliography", type=Path, default=ROOT / "bibliography")


def _export_options(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=export)
    _content_options(command)
    command.add_argument("--to", choices=("po", "xliff"), default="po", help="the form (po)")
    into = ROOT / "dist" / "exchange"
    command.add_argument("--into", type=Path, default=into, help="where to (dist/exchange/)")


def _content_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "content",
        nargs="?",
        type=Path,
        default=ROOT / "content",
        help="a tree of briefs, one brief, or one edition folder (content/)",
    )
    command.add_argument("--lang", action="append", default=[], help="only this language")
    command.add_argument("--templates", type=Path, default=ROOT / "templates")
    command.add_argument("--bibliography", type=Path, default=ROOT / "bibliography")


def _build_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--dist", type=Path, default=ROOT / "dist", help="where to (dist/)")
    command.add_argument(
        "--format",
        action="append",
        default=[],
        choices=("pdf", "epub", "html"),
        help="only this format",
    )
    command.add_argument("--strict", action="store_true", help="warnings fail too")
    command.add_argument(
        "--shard",
        type=_shard,
        default=(1, 1),
        metavar="K/N",
        help="of the editions only the part K of N, the same whatever is added",
    )
    command.add_argument(
        "--whole",
        action="store_true",
        help="link to editions and formats that are built elsewhere and laid beside these",
    )
    command.add_argument("--force", action="store_true", help="build what is up to date, too")
    command.add_argument(
        "--explain", action="store_true", help="say why each edition is built or is not"
    )
    command.add_argument(
        "--cluster",
        default="",
        metavar="ADDRESS",
        help="on the Dask cluster whose scheduler is at tcp://host:port (docs/scaling.md)",
    )
    command.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    command.add_argument("-q", "--quiet", action="store_true")


def _shard(words: str) -> tuple[int, int]:
    mine, _, all_ = words.partition("/")
    if not (mine.isdigit() and all_.isdigit() and 0 < int(mine) <= int(all_)):
        raise argparse.ArgumentTypeError(f"“{words}” is not a part such as 2/4")
    return int(mine), int(all_)


# ------------------------------------------------------------------ commands


def build(options: argparse.Namespace) -> int:
    """Builds what is not up to date."""
    from fleuron import building

    started = time.monotonic()
    # A pseudo-language is for a look at the layout: it never comes near what is released.
    strange = getattr(options, "pseudo", "")
    aside = strange and options.dist == ROOT / "dist"
    dist = ROOT / ".cache" / "pseudo" if aside else options.dist
    order = building.Order(
        content=_near(options.content),
        dist=_near(dist),
        templates=_near(options.templates),
        bibliography=_near(options.bibliography),
        root=ROOT,
        langs=tuple(options.lang),
        shard=options.shard,
        cluster=options.cluster,
        formats=tuple(options.format),
        force=options.force,
        strict=options.strict,
        whole=options.whole,
        jobs=max(1, options.jobs),
        pseudo=strange,
        today=_today(),
        claim=getattr(options, "claim", None),
    )
    quiet = options.quiet or options.output != "text"
    report = building.run(order, _progress(options.quiet))
    _tell(report.diagnostics, options.output)
    if options.explain and options.output == "text":
        _clear()
        print(building.explained(report))
    if not quiet and report.rows:
        _clear()
        print(building.summary(report))
    if not quiet and report.good:
        seconds = time.monotonic() - started
        print(f"{building.outcome(report)} in {seconds:.1f} s → {_shown(dist)}")
    return GOOD if report.good else CONTENT


def check(options: argparse.Namespace) -> int:
    """Prints every diagnostic; builds nothing."""
    from fleuron import building

    checked = _checked(options)
    _tell(checked.found, options.output)
    if options.output == "text":
        print(building.tally(checked.found, checked.waived))
    return CONTENT if building.fails(checked.found, options.strict) else GOOD


def _checked(options: argparse.Namespace) -> Checked:
    from fleuron import building

    order = building.Check(
        content=_near(options.content),
        templates=_near(options.templates),
        bibliography=_near(options.bibliography),
        root=ROOT,
        today=_today(),
        langs=tuple(options.lang),
        cache=ROOT / ".cache" / "check",
    )
    return building.check(order)


def _today() -> date:
    """The day on which a person stands here, or the one that the environment gives to all."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.fromtimestamp(int(epoch), UTC).date()
    return date.today()  # noqa: DTZ011


def release(options: argparse.Namespace) -> int:
    """A strict build of everything, for the version that the tag names, and its verification."""
    from fleuron import building

    tag = options.tag or _git_tag()
    if not tag:
        _say("no tag points at this commit: git tag v1.0, or --tag v1.0")
        return USAGE
    wrong = building.disagreeing(_near(options.content), tag.removeprefix("v"))
    for name, version in wrong:
        _say(f"{name}: brief.yaml says version {version or 'nothing'}, the tag says {tag}")
    if wrong:
        return CONTENT
    found = _checked(options).found
    if found:  # warnings too, and what only `check` looks for: nothing is released with either
        _tell(found, options.output)
        return CONTENT
    options.strict = True
    return _proven(options)


def _proven(options: argparse.Namespace) -> int:
    """Builds and verifies; then, only if nothing was found and nothing missing, builds the editions
    that someone certifies again, with that claim, and verifies those files in turn. Where that
    fails, no edition is left with a claim."""
    from fleuron import building

    code = build(options) or verify(options)
    options.force = False
    if code == GOOD and (names := building.to_claim(options.dist)):
        _say(f"it is proven that they conform, and they are to say so: {', '.join(names)}")
        options.claim = True
        try:
            code = build(options) or verify(options)
        except Exception:
            _take_back(options)
            raise
    if code != GOOD and _take_back(options):
        _verified(options)
    return code


def _take_back(options: argparse.Namespace) -> bool:
    """Builds what claims to conform without its claim; whether anything did."""
    from fleuron import building

    names = building.claiming(options.dist)
    if names:
        _say(f"it is not proven that they conform, and they no longer say so: {', '.join(names)}")
        options.claim = False
        build(options)
    return bool(names)


def verify(options: argparse.Namespace) -> int:
    """Prints what every validator that the machine has says of finished editions, writes it into
    `verify/` beside them, and into each edition's accessibility statement."""
    from fleuron import verify as verification
    from fleuron.verify import report

    results = _verified(options)
    _clear()
    if not results:
        _say(f"there is nothing to verify in {_shown(options.dist)}: make")
        return USAGE
    asked = getattr(options, "output", "text")
    print(report.as_json(results) if asked == "json" else report.as_text(results))
    if options.strict and any(result.state == "missing" for result in results):
        return MACHINE
    return GOOD if verification.passed(results) else CONTENT


def _verified(options: argparse.Namespace) -> tuple[Result, ...]:
    """What every validator says; reports and statements are written."""
    from fleuron.verify import looks

    afresh = getattr(options, "afresh", False)
    results, sums = looks.look(
        options.dist.absolute(),
        getattr(options, "templates", ROOT / "templates"),
        ROOT / "tools" / "node",
        os.cpu_count() or 1,
        None if afresh else ROOT / ".cache" / "verify",
        _progress(False),
    )
    if results:
        _write_reports(options.dist / "verify", results, sums)
    return results


def _write_reports(folder: Path, results: tuple[Result, ...], sums: dict[str, str]) -> None:
    from fleuron import output
    from fleuron.verify import report

    for name, text in (
        ("report.txt", report.as_text(results) + "\n"),
        ("report.json", report.as_json(results, sums)),
        ("report.html", report.as_page(results, sums)),
    ):
        output.write(folder / name, text.encode())


def matrix(options: argparse.Namespace) -> int:
    """Prints the editions as a JSON list of {brief, lang}, for a matrix of CI jobs."""
    import json

    from fleuron import building

    folders = building.chosen(_near(options.content), tuple(options.lang))
    print(json.dumps([{"brief": f.parent.name, "lang": f.name} for f in folders]))
    return GOOD


def status(options: argparse.Namespace) -> int:
    """Prints the state of every translation and what is to do, or writes it as a page."""
    from fleuron import output, theme, translating
    from fleuron.translating import page, showing

    asked = _near(options.content), tuple(options.lang)
    reports = translating.look(*asked)
    lost = translating.unread(*asked)
    _print_diagnostics(lost)
    if options.output == "json":
        print(showing.as_json(reports))
    if options.output == "text":
        for report in reports:
            _print_diagnostics(report.to_do)
        print(showing.as_text(reports))
    if options.page or options.output == "html":
        words = (report.edition.title for report in reports)
        made = page.render(reports, theme.speaking(options.templates, words))
        path = _near(options.dist) / made.name
        output.write(path, made.data)
        print(path)
    return CONTENT if lost else GOOD


def serve(options: argparse.Namespace) -> int:
    """Shows the editions in a browser and follows every save."""
    from fleuron import building, hands, preview
    from fleuron.pipeline import House

    content, templates = _near(options.content), _near(options.templates)
    folders = functools.partial(building.chosen, content, tuple(options.lang))
    if not folders():
        _say(f"no edition stands in {content}")
        return CONTENT
    house = House(templates, _near(options.bibliography), shelf=hands.kept(ROOT), today=_today())
    watched = (content, templates, _near(options.bibliography))
    preview.run(folders, watched, house, options.port, _say_all)
    return GOOD


def accept(options: argparse.Namespace) -> int:
    """Records that the translations answer to their sources as they are now."""
    from fleuron import translating

    for path in translating.accept(_near(options.content), tuple(options.lang)):
        print(path)
    return GOOD


def schema(options: argparse.Namespace) -> int:
    """Prints the JSON Schema of a metadata file, for the tools of an editor."""
    import json

    from fleuron import metadata, schemas

    table = metadata.json_schema(schemas.FILES[options.file])
    print(json.dumps(table, ensure_ascii=False, indent=2))
    return GOOD


def new(options: argparse.Namespace) -> int:
    """Lays out a new brief or a new translation."""
    from fleuron import translating

    try:
        written = translating.begin(
            _near(options.content), options.brief, options.lang, options.templates
        )
    except translating.Refused as error:
        _say(str(error))
        return USAGE
    for path in written:
        print(path)
    return GOOD


def bring(options: argparse.Namespace) -> int:
    """Makes the folder of a new brief from an old text, never over one that is there; or takes a
    translation tool's file back into its edition."""
    from fleuron import translating
    from fleuron.translating import exchanging

    if options.file.suffix.lower() in exchanging.KINDS:
        return _bring_back(options)
    try:
        brought = translating.bring(
            options.file,
            options.brief,
            options.lang,
            options.changes == "accept",
            _near(options.content),
            options.bibliography,
        )
    except translating.Refused as error:
        _say(str(error))
        return USAGE
    _print_diagnostics(brought.report)
    print(*brought.files, sep="\n")
    facts = ", ".join(f"{number} {name}" for name, number in brought.facts.items())
    print(f"{facts}; next: fill in the … in brief.yaml and edition.yaml, then make check")
    return GOOD


def _bring_back(options: argparse.Namespace) -> int:
    from fleuron.translating import exchanging

    try:
        done = exchanging.bring(options.file, _near(options.content))
    except exchanging.Unusable as error:
        _say(str(error))
        return USAGE
    _print_diagnostics(done.found)
    print(*done.paths or ["nothing in the edition has changed"], sep="\n")
    return CONTENT if done.found else GOOD


def export(options: argparse.Namespace) -> int:
    """Writes editions as files for translation tools."""
    from fleuron.translating import exchanging

    done = exchanging.export(
        _near(options.content), tuple(options.lang), options.to, _near(options.into)
    )
    _print_diagnostics(done.found)
    print(*done.paths, sep="\n")
    return GOOD if done.paths else CONTENT


def _git_tag() -> str:
    import shutil
    import subprocess

    git = shutil.which("git")
    if not git:
        return ""
    done = subprocess.run(
        [git, "describe", "--tags", "--exact-match"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


# ------------------------------------------------------------------ printing


def _near(path: Path) -> Path:
    """`path` relative to where the person stands, if it is beneath: as they would type it."""
    path = path.absolute()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _shown(path: Path) -> str:
    return f"{_near(path)}/"


def _say(words: str) -> None:
    print(f"fleuron: {words}", file=sys.stderr)


def _say_all(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _progress(quiet: bool) -> Callable[[str], None]:
    if quiet or not sys.stderr.isatty():
        return lambda _: None
    return lambda words: print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _tell(found: Sequence[Diagnostic], output: str) -> None:
    """Diagnostics to people on standard error, or to a program on standard output."""
    if output == "text":
        _print_diagnostics(found)
    else:
        from fleuron import printing

        _clear()
        print(printing.OUTPUTS[output](found))


def _print_diagnostics(found: Sequence[Diagnostic]) -> None:
    if not found:
        return
    from fleuron import printing

    _clear()
    # https://no-color.org: set and not empty, whatever it says.
    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    print(printing.as_text(found, _source_line, colour=colour), file=sys.stderr)


def _source_line(file: str, line: int) -> str | None:
    lines = _source_lines(file)
    return lines[line - 1] if 0 < line <= len(lines) else None


@functools.cache
def _source_lines(file: str) -> list[str]:
    """The lines of a source as the content door counts them; none where it cannot be read."""
    try:
        text = Path(file).read_bytes().decode("utf-8-sig", "replace")
    except OSError:
        return []
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
