"""What is kept of persons in everyday words, for the page that everybody reads."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from registration.privacy.rules import YEAR, Kept

# By the name of a field; where that says too little, by table and field.
FIELDS = {
    "actor_name": _l("name"),
    "address": _l("address"),
    "answer": _l("what the office replied"),
    "answer_in": _l("who is told that it was filled in, and in which language"),
    "answer_to": _l("who is told that it was filled in, and in which language"),
    "answers": _l("what was asked, in words"),
    "asked_from": _l("network address"),
    "besides": _l("what was asked, in words"),
    "browser": _l("name of the browser"),
    "cells": _l("what stands in the table"),
    "courtesy": _l("form of address"),
    "credential_id": _l("number of the key"),
    "delegations": _l("what the list says"),
    "device": _l("number of a browser that has signed in before"),
    "document.sha256": _l("the file"),
    "email": _l("e-mail address"),
    "family_name": _l("name"),
    "filename": _l("name of the file"),
    "given_names": _l("name"),
    "incoming.sha256": _l("the whole mail"),
    "institution": _l("institution"),
    "language": _l("language"),
    "languages": _l("languages"),
    "mission_note_id": _l("the file"),
    "name": _l("name"),
    "page_picture.sha256": _l("the pictures"),
    "particulars": _l("name, post, addresses and what else was entered"),
    "passkey.name": _l("what the person calls the key"),
    "passport_number": _l("passport number"),
    "printed_name": _l("name"),
    "public_key": _l("the public half of the key"),
    "recipients": _l("e-mail address"),
    "remark": _l("remark"),
    "searched": _l("words to search by"),
    "sender": _l("e-mail address"),
    "sender_name": _l("name"),
    "sorting_name": _l("name"),
    "stored_by": _l("who uploaded it"),
    "subject": _l("subject"),
    "telephone": _l("telephone"),
    "text": _l("text"),
    "title": _l("post"),
}


def what(kept: Kept) -> str:
    """The fields in words, each once, in the language of the page."""
    words = [FIELDS.get(f"{kept.table}.{each}") or FIELDS[each] for each in kept.fields]
    return ", ".join(dict.fromkeys(str(each) for each in words))


def how_long(kept: Kept) -> str:
    """Until when, in years where it is years."""
    if kept.period is None:
        return str(_("It stays."))
    since = _(kept.since)
    if not kept.period:
        return str(_("until %(what)s", what=since))
    years, days = divmod(kept.period.days, YEAR.days)
    if days:
        told = ngettext(
            "%(num)s day after %(what)s",
            "%(num)s days after %(what)s",
            kept.period.days,
            what=since,
        )
    else:
        told = ngettext(
            "%(num)s year after %(what)s", "%(num)s years after %(what)s", years, what=since
        )
    return str(told)
