"""What stands twice: paragraphs, sentences; and pull quotes, which have to. Passages in,
diagnostics out."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from fleuron.checks.common import prose, shown, sources
from fleuron.checks.passages import Passage, passages
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Proof, SourceFile
from fleuron.theme import Theme

LEAST = 8  # words: shorter sentences may well be said twice
# What gathers or repeats by its nature.
_GATHERS = frozenset({"pull-quote", "key-findings", "long-description"})
_SUMMARY = re.compile(r"^#\s.*\{[^}\n]*\.(?:summary|abstract|imprint)\b", re.MULTILINE)
_SENTENCE = re.compile(r"[^.!?…;؟。]+(?:[.!?…;؟。]+[’”»)\ue000\ue001]*|$)(?=\s|$)?")


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence: its words folded, and where it stands."""

    words: str
    passage: Passage
    start: int
    end: int


def folded(text: str) -> str:
    """A text's words alone, without case and marks."""
    return " ".join(re.findall(r"[\w%]+", re.sub(r"[’']", "", text.casefold())))


def _body(galley: Galley) -> tuple[tuple[Passage, tuple[_Said, ...]], ...]:
    """The paragraphs of the running text, each with its sentences."""
    return _running(sources(galley))


@lru_cache(maxsize=2)
def _running(files: tuple[SourceFile, ...]) -> tuple[tuple[Passage, tuple[_Said, ...]], ...]:
    paragraphs = (p for file in files for p in passages(file) if p.kind == "paragraph")
    return tuple((p, tuple(_sentences(p))) for p in paragraphs if _is_body(p))


def _sentences(passage: Passage) -> Iterator[_Said]:
    for match in _SENTENCE.finditer(passage.text):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield _Said(folded(match[0]), passage, start, match.end())


def _long(words: str) -> bool:
    return words.count(" ") + 1 >= LEAST and len(words) >= 40


def repeats(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A paragraph or a sentence that stands twice: pasted twice, as a rule."""
    body = _body(galley)
    said: dict[str, _Said] = {}
    told: set[int] = set()
    for number, (passage, _) in enumerate(body):
        whole = folded(passage.text)
        first = said.get(f"¶{whole}")
        if _long(whole) and first is not None:
            told.add(number)
            yield _twice("this paragraph", first, _Said(whole, passage, 0, len(passage.text)))
        said.setdefault(f"¶{whole}", _Said(whole, passage, 0, len(passage.text)))
    kept = (sentences for i, (_, sentences) in enumerate(body) if i not in told)
    yield from _sentences_twice(chain.from_iterable(kept))


def _sentences_twice(sentences: Iterable[_Said]) -> Iterator[Diagnostic]:
    """The later of two like sentences; but of a paragraph that is no more than a sentence of
    another, the paragraph, wherever it stands."""
    said: dict[str, _Said] = {}
    for sentence in sentences:
        first = said.get(sentence.words)
        if not _long(sentence.words):
            continue
        if first is None:
            said[sentence.words] = sentence
        elif _alone(first) and not _alone(sentence):
            yield _twice("this paragraph", sentence, first)
            said[sentence.words] = sentence
        else:
            what = "this paragraph" if _alone(sentence) else "this sentence"
            yield _twice(what, first, sentence)
    yield from _contained(list(said.values()))


def _alone(said: _Said) -> bool:
    return said.start <= 1 and said.end >= len(said.passage.text) - 1


def _contained(said: list[_Said]) -> Iterator[Diagnostic]:
    """A paragraph of one sentence that is the beginning or a part of a longer one elsewhere."""
    runs = _by_run(said)
    for sentence in said:
        if _alone(sentence) and _long(sentence.words):
            for other in runs[_runs(sentence.words)[0]]:
                longer = len(other.words) > len(sentence.words)
                if longer and f" {sentence.words} " in f" {other.words} ":
                    yield _twice("this paragraph", other, sentence)
                    break


RUN = 8  # words: so many in a row are no chance


def nearly(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A paragraph of one sentence that says nearly what another sentence says: a pull quote that
    was pasted as text, as a rule, or one of the two has lost words."""
    sentences = [said for _, sentences in _body(galley) for said in sentences]
    runs = _by_run(sentences)
    told: list[_Said] = []
    for said in sentences:
        near = _near(said, runs) if _alone(said) and _long(said.words) else None
        if near is None or near in told:
            continue
        told.append(said)
        message = f"“{shown(said.passage.text)}” nearly repeats another sentence"
        hint = "mark it as ::: pull-quote and quote word by word, or delete it"
        place, length = said.passage.place(said.start), said.passage.length(said.start, said.end)
        related = [(near.passage.place(near.start), "this one")]
        yield diagnostic("P208", place, message, hint, length=length, related=related)


def _near(said: _Said, runs: Mapping[str, list[_Said]]) -> _Said | None:
    """A sentence elsewhere with a run of words in common, where neither holds the other."""
    others = (o for run in _runs(said.words) for o in runs[run] if o.passage is not said.passage)
    near = next(others, None)
    whole = near is not None and (said.words in near.words or near.words in said.words)
    return None if whole else near


def _by_run(sentences: Iterable[_Said]) -> dict[str, list[_Said]]:
    runs: dict[str, list[_Said]] = defaultdict(list)
    for said in sentences:
        for run in _runs(said.words):
            if len(runs[run]) < MOST:
                runs[run].append(said)
    return runs


MOST = 8  # sentences with one run in common: more need not be looked at


def _runs(words: str) -> list[str]:
    each = words.split()
    return [" ".join(each[i : i + RUN]) for i in range(len(each) - RUN + 1)]


def _is_body(passage: Passage) -> bool:
    if passage.lang or _GATHERS.intersection(passage.divs):
        return False
    return not _is_summary(passage.file.text)


@lru_cache(maxsize=512)
def _is_summary(text: str) -> bool:
    return bool(_SUMMARY.search(text))


def _twice(what: str, first: _Said, second: _Said) -> Diagnostic:
    message = f"{what} stands twice: “{shown(second.passage.text[second.start : second.end])}”"
    hint = "delete one of the two; what repeats a sentence on purpose is a ::: pull-quote"
    place = second.passage.place(second.start)
    length = second.passage.length(second.start, second.end)
    related = [(first.passage.place(first.start), "first written here")]
    return diagnostic("P105", place, message, hint, length=length, related=related)


# ------------------------------------------------------------------ pull quotes


def pull_quotes(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """A pull quote says again what the text says; what it does not quote, nobody said."""
    pulled = [p for p in prose(galley) if "pull-quote" in p.divs]
    if not pulled:
        return
    rest = [p for p in prose(galley, "paragraph", "quote", "item", "note") if p not in pulled]
    whole = " ".join(folded(p.text) for p in rest)
    for passage in pulled:
        if passage.text.lstrip()[:1] in "—–" or not folded(passage.text):
            continue  # the name of who said it
        pieces = [folded(piece) for piece in re.split(r"…|\.{3}|\[[^\]]*\]", passage.text)]
        if all(f" {piece} " in f" {whole} " for piece in pieces if piece):
            continue
        message = f"the brief does not say “{shown(passage.text)}”"
        near = _nearest(folded(passage.text), rest)
        hint = "quote a sentence of the brief word by word"
        related = [(near.passage.place(near.start), "perhaps this was meant")] if near else []
        place, length = passage.place(0), passage.length(0, len(passage.text))
        yield diagnostic("P107", place, message, hint, length=length, related=related)


def _nearest(words: str, rest: list[Passage]) -> _Said | None:
    """The sentence of the brief most like these words."""
    said = {s.words: s for passage in rest for s in _sentences(passage) if s.words}
    near = difflib.get_close_matches(words, said, 1, 0.5)
    return said[near[0]] if near else None
