"""A page as it is sent: its forms and controls before any script has run, and what is wrong there.

Without scripts a page works when whatever can be pressed is part of a form that a route answers, or
is a link. What only a script gives life to is sent hidden, and the script shows it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
}
_CONTROLS = {"input", "select", "textarea", "button"}

# A passkey is asked for by a script or not at all: these pages say so, and name the other ways.
_OF_A_PASSKEY = {"accounts.second_factor", "accounts.set_up_passkey"}

Attributes = dict[str, str]
Answers = Callable[[str, str], bool]


@dataclass
class Form:
    """One form, and whether anything in it sends it."""

    attributes: Attributes
    can_be_sent: bool = False

    @property
    def action(self) -> str:
        return self.attributes.get("action", "")

    @property
    def method(self) -> str:
        return self.attributes.get("method", "get").upper()


@dataclass
class Markup(HTMLParser):
    """What may be pressed or filled in on a page, and where its links within the page lead."""

    forms: list[Form] = field(default_factory=list)
    controls: list[tuple[str, Attributes, Form | None]] = field(default_factory=list)
    links: list[Attributes] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, bool]] = []
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        around = bool(self._open) and self._open[-1][1]
        hidden = around or "hidden" in attributes or tag in ("template", "svg")
        if tag not in _VOID:
            self._open.append((tag, hidden))
        if "id" in attributes:
            self.ids.add(attributes["id"])
        if tag == "form":
            self._form = Form(attributes)
            self.forms.append(self._form)
        elif not hidden and tag == "a":
            self.links.append(attributes)
        elif not hidden and tag in _CONTROLS and attributes.get("type") != "hidden":
            self.controls.append((tag, attributes, self._form))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        while self._open and tag in [each for each, _ in self._open]:
            if self._open.pop()[0] == tag:
                break


def answers_of(app: Flask) -> Answers:
    """Whether a route of the application answers an address by a method."""
    routes = app.url_map.bind("")

    def is_answered(address: str, method: str) -> bool:
        try:
            routes.match(address.partition("?")[0].partition("#")[0], method=method)
        except RequestRedirect:
            return True
        except HTTPException:
            return False
        return True

    return is_answered


def waits_for_a_script(html: str, path: str, endpoint: str, is_answered: Answers) -> list[str]:
    """What on the page does nothing without scripts, or is said to need them, one line each."""
    found = lifeless(html, path, is_answered)
    if "JavaScript" in html and endpoint not in _OF_A_PASSKEY:
        found.append("says that it needs JavaScript")
    return found


def lifeless(html: str, path: str, is_answered: Answers) -> list[str]:
    """What on the page of that path does nothing without scripts, one line each.

    `is_answered` says whether a route answers a path by a method.
    """
    page = Markup()
    page.feed(html)
    by_id = {form.attributes.get("id", ""): form for form in page.forms}
    found = []
    for tag, attributes, around in page.controls:
        form = by_id.get(attributes["form"]) if "form" in attributes else around
        kind = attributes.get("type", "submit" if tag == "button" else "text")
        if form is None or kind == "button":
            found.append(f"only a script gives life to <{tag} {attributes}>")
        elif kind in ("submit", "image") and "disabled" not in attributes:
            form.can_be_sent = True
            if not is_answered(attributes.get("formaction") or form.action or path, form.method):
                found.append(f"no route answers <{tag} {attributes}>")
    for form in page.forms:
        target = form.action or path
        if not is_answered(target, form.method):
            found.append(f"no route answers {form.method} {target}")
        if not form.can_be_sent and any(each is form for _, _, each in page.controls):
            found.append(f"nothing sends the form to {target}")
    for attributes in page.links:
        address = attributes.get("href", "")
        leads = address.removeprefix("#") in page.ids if address.startswith("#") else True
        if "href" not in attributes or not leads or address.startswith("javascript:"):
            found.append(f"leads nowhere: <a {attributes}>")
    return found
