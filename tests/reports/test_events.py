"""Every event that the program records has a sentence on the work page, or is left out of it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from registration.accounts.rules import SuccessionStage
from registration.authorities.rules import RequestStage
from registration.delegations import reviewing
from registration.documents.rules import EXAMINATION
from registration.inbox.rules import INCOMING
from registration.notes import clearance, dispatching
from registration.post.rules import MESSAGE, MessageStage
from registration.reports.work import UNREMARKABLE

ROOT = Path(__file__).resolve().parents[2]


def told() -> set[str]:
    template = (ROOT / "templates" / "reports" / "_events.html").read_text(encoding="utf-8")
    return set(re.findall(r'kind == "([a-z_]+\.[a-z_]+)" %}\{\{ _\(', template))


def recorded() -> Iterator[str]:
    """The kinds that stand in the source, as the second word or the third of a call."""
    for folder in ("registration", "workers"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                    "record",
                    "_record",
                    "_tell",
                    "_told",
                ):
                    for word in node.args[1:4]:
                        if isinstance(word, ast.Constant) and "." in str(word.value):
                            yield str(word.value)
    yield from clearance._EVENT.values()
    yield from reviewing.EVENTS.values()
    yield from (f"authority.correction_{stage.value}" for stage in RequestStage)
    yield from (
        f"document.{stage.value}"
        for stage in set(EXAMINATION.moves.values()) - {EXAMINATION.initial}
    )
    yield from dispatching._EVENTS.values()
    yield from (f"incoming.{stage.value}" for stage in set(INCOMING.moves.values()))
    yield from (f"focal_point.{stage.value}" for stage in SuccessionStage)
    yield from (f"message.{stage.value}" for stage in MessageStage if stage is not MESSAGE.initial)


def test_every_kind_of_event_is_told_or_left_out() -> None:
    kinds = set(recorded())
    assert len(kinds) > 30
    assert kinds - told() - set(UNREMARKABLE) == set()


def test_no_sentence_is_kept_for_what_nobody_records() -> None:
    assert told() - set(recorded()) == set()
