"""What all pages of the register share: their routes, what the address chooses, and the words."""

from typing import Any

from flask import render_template, request

from registration.authorities import forms, queries
from registration.authorities.queries import Choice, Entry
from registration.authorities.rules import FIELDS, Category, Group, fields_of
from registration.permissions import Permission, Scope
from registration.states.forms import REGIONAL_GROUPS
from registration.states.models import RegionalGroup
from registration.web import Pages, actor, asked_page, page_language, session

pages = Pages("authorities", __name__)

READ, KEEP, ANSWER = Permission.READ_DIRECTORY, Permission.KEEP_DIRECTORY, Permission.ANSWER
STAFF, STATE = Scope.STAFF, Scope.STATE
ON_A_PAGE = 50


def choice() -> Choice:
    """What the address asks for. What makes no sense there chooses nothing."""
    asked = request.args
    category, group = asked.get("category"), asked.get("group")
    return Choice(
        words=" ".join(asked.get("words", "")[:100].split()),
        category=Category(category) if category in set(Category) else None,
        group=RegionalGroup(group) if group in set(RegionalGroup) else None,
        state_code=asked.get("state") or None,
        stale=asked.get("stale") == "1",
    )


def the_list(endpoint: str, entry_endpoint: str, **more: Any) -> str:
    """The register as a page: `endpoint` is its own, `entry_endpoint` that of an entry."""
    chosen = choice()
    found = queries.entries(session(), chosen, page_language())
    page, last_page = asked_page(len(found), ON_A_PAGE)
    return render_template(
        "authorities/index.html",
        entries=found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        count=len(found),
        page=page,
        last_page=last_page,
        choice=chosen,
        groups=REGIONAL_GROUPS,
        forms=forms,
        endpoint=endpoint,
        entry_endpoint=entry_endpoint,
        **more,
    )


def entry_page(whole: queries.Whole, **more: Any) -> str:
    """One entry with its history."""
    return render_template(
        "authorities/show.html",
        whole=whole,
        entry=whole.entry,
        groups_of_fields=by_group(whole.entry),
        forms=forms,
        is_own=whole.entry.authority.state_code == actor().state_code,
        **more,
    )


def by_group(entry: Entry) -> list[tuple[Group, list[str]]]:
    """The names of the fields of an entry that say something or should, under their headings."""
    category, said = entry.authority.category, entry.authority.particulars
    shown = [each for each in fields_of(category) if said.get(each.name) or each.is_expected]
    groups = dict.fromkeys(each.group for each in FIELDS)
    return [
        (group, names)
        for group in groups
        if (names := [each.name for each in shown if each.group is group])
    ]
