"""Forms of the accounts slice."""

import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField

from registration.forms import EmailAddress, Form, Line, required
from registration.permissions import Role
from registration.words import OWN_NAMES

ROLES = {
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.DRAFTER: _l("Drafter"),
    Role.CLEARING_OFFICER: _l("Clearing officer"),
    Role.TRACKER: _l("Tracker"),
    Role.FOCAL_POINT: _l("Focal point"),
}
ROLE_HINTS = {
    Role.ADMINISTRATOR: _l("Invites people, ends accounts, corrects what is known of States"),
    Role.DRAFTER: _l("Writes notes, edits meetings, corrects what is known of States"),
    Role.CLEARING_OFFICER: _l("Clears notes that somebody else has drafted"),
    Role.TRACKER: _l("Reads everything, changes nothing"),
}


class EmailForm(Form):
    """Where to send the code."""

    email = EmailAddress(_l("E-mail address"), [required(_l("Enter your e-mail address."))])


class CodeForm(Form):
    """The code, however it was pasted or typed: with spaces, or in the digits of any script."""

    code = StringField(_l("Code"), [required(_l("Enter the code from the e-mail."))])

    @property
    def digits(self) -> str:
        """Only the digits of what was typed, as 0 to 9."""
        typed = (self.code.data or "")[:100]
        found = (unicodedata.decimal(each, None) for each in typed)
        return "".join(str(each) for each in found if each is not None)


class _Invitation(Form):
    name = Line(_l("Name"), [required(_l("Enter the person's name."))], limit=200)
    email = EmailAddress(_l("E-mail address"), [required(_l("Enter the person's e-mail address."))])
    language = SelectField(_l("Language of the invitation and of the pages"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.language.choices = list(OWN_NAMES.items())


class StaffInvitation(_Invitation):
    """A person of the office, with roles."""

    roles = SelectMultipleField(_l("Roles"), [required(_l("Choose at least one role."))])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.roles.choices = [(role.value, str(ROLES[role])) for role in ROLE_HINTS]


class FocalPointInvitation(_Invitation):
    """A person who answers for one State."""

    state = SelectField(_l("State"), [required(_l("Choose the State."))])

    def __init__(self, states: list[tuple[str, str]], **values: Any) -> None:
        super().__init__(**values)
        self.state.choices = [("", ""), *states]
