"""The marks that the text of a note may carry: emphasis, links, lists, and numbers in the margin.

A blank line parts paragraphs. Each is read by itself with a few rules of Markdown: *emphasis*,
**strong**, [words](address), items that begin with a hyphen, a number and a point in front. There
is no HTML: what is read becomes plain values, and letters and pages make their own elements of it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from letters.letter import Paragraph, Run
from registration import text as gate
from registration.errors import Refused

# Setting a paragraph takes the square of its length, and breaking a word that of the word's: these
# keep the longest text of all to seconds.
PARAGRAPH_LIMIT: Final = 4_000
LINES_LIMIT: Final = 60
WORD_LIMIT: Final = 300
PARAGRAPHS_LIMIT: Final = 150
ITEMS_LIMIT: Final = 300
RUNS_LIMIT: Final = 1_000
LINKS_LIMIT: Final = 40
LINK_LIMIT: Final = WORD_LIMIT
LAST_NUMBER: Final = 99

# The places whose value is an address, as they stand in a link.
PLACES_IN_LINKS: Final = frozenset({"((portal))", "((meeting_page))", "mailto:((address))"})

# Chinese, Japanese and Korean break between any two characters: they are no long word.
_LONG_WORD: Final = re.compile(
    rf"[^\s\u2e80-\u9fff\uac00-\ud7a3\uf900-\uffef]{{{WORD_LIMIT + 1},}}"
)
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n\s*")
_SPECIAL: Final = re.compile(r"([\\`*\[\]<>!&])")
# Neither a space nor a backslash, nor a place that would be filled in.
_PLAIN: Final = re.compile(r"(?:(?!\(\()[!-\[\]-~])+")
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{0,20}}")
_LIKE_A_LIST: Final = re.compile(r"^(\d+(?=[.)]\s)|(?=[-+]\s))([.)+-])")


def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"maxNesting": 20}).enable(
        ["list", "emphasis", "link", "image", "escape", "text_join"]
    )
    # Every address is looked at below, where what is wrong with it can be said.
    reader.validateLink = lambda url: True  # type: ignore[method-assign]
    reader.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return reader


_READER: Final = _reader()


@dataclass(frozen=True)
class Reading:
    """A text as it is printed, and what of it cannot be; that is shown as it was typed."""

    paragraphs: tuple[Paragraph, ...]
    refusals: tuple[Refused, ...]


def blocks(body: str) -> list[str]:
    """The paragraphs of a text as they are typed."""
    return [each.strip() for each in _BLANK_LINES.split(body.strip()) if each.strip()]


def refuse(body: str) -> None:
    """Raise Refused, naming the paragraph, for the first thing that no note may carry."""
    _refuse_too_long(blocks(body))
    reading = read(body)
    for refusal in reading.refusals:
        raise refusal
    _refuse_too_much(reading.paragraphs)


def _refuse_too_long(typed: Sequence[str]) -> None:
    if len(typed) > PARAGRAPHS_LIMIT:
        raise Refused(
            "A note has at most %(limit)s paragraphs.", field="body", limit=PARAGRAPHS_LIMIT
        )
    for position, block in enumerate(typed, start=1):
        if len(block) > PARAGRAPH_LIMIT:
            raise Refused(
                "Paragraph %(paragraph)s is too long: at most %(limit)s characters are possible.",
                field="body",
                paragraph=position,
                limit=PARAGRAPH_LIMIT,
            )
        if block.count("\n") >= LINES_LIMIT:
            raise Refused(
                "Paragraph %(paragraph)s has more than %(limit)s lines.",
                field="body",
                paragraph=position,
                limit=LINES_LIMIT,
            )
        if _LONG_WORD.search(block):
            raise Refused(
                "Paragraph %(paragraph)s has a word of more than %(limit)s characters.",
                field="body",
                paragraph=position,
                limit=WORD_LIMIT,
            )


def _refuse_too_much(paragraphs: Sequence[Paragraph]) -> None:
    runs = [run for paragraph in paragraphs for run in paragraph.runs]
    if len(paragraphs) > ITEMS_LIMIT:
        raise Refused("The lists are too long to be printed.", field="body")
    if len(runs) > RUNS_LIMIT:
        raise Refused("There are too many marks in this text.", field="body")
    if sum(bool(run.link) for run in runs) > LINKS_LIMIT:
        raise Refused("There are at most %(limit)s links.", field="body", limit=LINKS_LIMIT)


def read(body: str) -> Reading:
    """The text as values. What cannot be printed as it was meant stands there as it was typed."""
    paragraphs: list[Paragraph] = []
    refusals: list[Refused] = []
    for position, block in enumerate(blocks(body), start=1):
        block_reader = _Block(position)
        paragraphs += block_reader.read(block)
        refusals += block_reader.refusals
    return Reading(tuple(paragraphs), tuple(refusals))


def links(paragraphs: Sequence[Paragraph]) -> list[str]:
    """The addresses that a text links, each once, in its order."""
    found = (run.link for paragraph in paragraphs for run in paragraph.runs if run.link)
    return list(dict.fromkeys(found))


def as_words(value: str) -> str:
    """A value that is filled into a text, so that it is read as words whatever it looks like."""
    return _LIKE_A_LIST.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", value))


class _Block:
    """Reads one paragraph, with the items of its lists, and notes what is wrong in it."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.refusals: list[Refused] = []

    def read(self, block: str) -> Iterator[Paragraph]:
        depth, mark, empty = 0, Token("", "", 0), False
        # An underscore marks nothing: it is part of addresses, and of the names of places.
        for token in _READER.parse(block.replace("_", r"\_")):
            if token.type == "list_item_open":
                depth, mark, empty = depth + 1, token, True
                if depth > 1:
                    self._refuse("Paragraph %(paragraph)s: a list cannot stand in another list.")
            elif token.type == "list_item_close":
                depth -= 1
                if empty:
                    yield Paragraph(f"{mark.info}{mark.markup}")
            elif token.type == "inline":
                empty = False
                runs = tuple(self._runs(token.children or []))
                yield _paragraph(runs, mark if depth else None)

    def _refuse(self, sentence: str, **values: object) -> None:
        self.refusals.append(Refused(sentence, field="body", paragraph=self.position, **values))

    def _runs(self, tokens: Sequence[Token]) -> Iterator[Run]:
        emphasis = strong = 0
        link = behind = ""
        for token in tokens:
            match token.type:
                case "em_open" | "em_close":
                    emphasis += token.nesting
                case "strong_open" | "strong_close":
                    strong += token.nesting
                case "link_open":
                    address = str(token.attrs["href"])
                    link = address if self._may_be_linked(token, address) else ""
                    behind = "" if link else f" ({address})"
                case "link_close":
                    if behind:
                        yield Run(behind)
                    link = behind = ""
                case "image":
                    self._refuse("Paragraph %(paragraph)s: an image cannot stand in a note.")
                    yield Run(f"![{token.content}]({token.attrs['src']})")
                case "hardbreak":
                    yield Run("\n")
                case _:
                    if token.content:
                        yield Run(token.content, emphasis > 0, strong > 0, link)

    def _may_be_linked(self, token: Token, address: str) -> bool:
        if "title" in token.attrs:
            self._refuse("Paragraph %(paragraph)s: a link has words and an address, nothing else.")
            return False
        if not is_address(address):
            self._refuse(
                "Paragraph %(paragraph)s: a link leads to a page (https://…) or a mailbox"
                " (mailto:…), not to “%(address)s”.",
                address=address[:80],
            )
            return False
        return True


def _paragraph(runs: tuple[Run, ...], item: Token | None) -> Paragraph:
    if item is None:
        return Paragraph(_text(runs))
    if not item.info:
        return Paragraph(_text(runs), bullet=True)
    if item.markup == "." and int(item.info) <= LAST_NUMBER:
        return Paragraph(_text(runs), number=int(item.info))
    # "2013. A year" and "1) a point" are no numbers in the margin: they stay as they were typed.
    return Paragraph(_text((Run(f"{item.info}{item.markup} "), *runs)))


def _text(runs: tuple[Run, ...]) -> str | tuple[Run, ...]:
    """One run where neighbours are marked alike, and plain text where nothing is marked."""
    merged: list[Run] = []
    for run in runs:
        last = merged[-1] if merged else None
        if last and (last.emphasis, last.strong, last.link) == (
            run.emphasis,
            run.strong,
            run.link,
        ):
            merged[-1] = Run(last.text + run.text, run.emphasis, run.strong, run.link)
        else:
            merged.append(run)
    if not merged:
        return ""
    return merged[0].text if merged == [Run(merged[0].text)] else tuple(merged)


def is_address(address: str) -> bool:
    """Whether a text may link that address: a page of the web, a mailbox, or a place for one.

    Only plain ASCII without spaces counts, a page has a host and names no user, and a mailbox is
    one address without a subject or a copy to others.
    """
    if address in PLACES_IN_LINKS:
        return True
    if len(address) > LINK_LIMIT or not _PLAIN.fullmatch(address):
        return False
    if address.startswith("mailto:"):
        return _is_mailbox(address.removeprefix("mailto:"))
    if not address.startswith(("https://", "http://")):
        return False
    try:
        parts = urlsplit(address)
        port_is_number = parts.port is None or parts.port > 0
    except ValueError:
        return False
    host = parts.hostname or ""
    return port_is_number and "@" not in parts.netloc and bool(_HOST.fullmatch(host))


def _is_mailbox(address: str) -> bool:
    try:
        return not set("/%") & set(address) and gate.email(address) == address.lower()
    except Refused:
        return False
