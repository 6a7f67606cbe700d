"""Forms of the accounts slice."""

import unicodedata
from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)

from registration.accounts.focal_points import NamingNote, Person
from registration.accounts.rules import Capacity, Means, SuccessionStage
from registration.documents.examination import Upload
from registration.documents.rules import SIZE_LIMIT
from registration.forms import (
    Day,
    EmailAddress,
    Form,
    Line,
    Paragraphs,
    SelectChoice,
    Versioned,
    required,
)
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

CAPACITIES = {
    Capacity.FOCAL_POINT: _l("Focal point"),
    Capacity.DEPUTY: _l("Deputy of the focal point"),
}
MEANS = {
    Means.CODE: _l("Code from the mail"),
    Means.ONE_TIME_PASSWORD: _l("Authenticator app"),
    Means.PASSKEY: _l("Passkey"),
    Means.RECOVERY_CODE: _l("Recovery code"),
}
PROPOSAL_STAGES = {
    SuccessionStage.PROPOSED: (_l("Waits for the secretariat"), "waits"),
    SuccessionStage.CONFIRMED: (_l("Confirmed"), "done"),
    SuccessionStage.DECLINED: (_l("Declined"), "stop"),
    SuccessionStage.WITHDRAWN: (_l("Withdrawn"), "none"),
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
        return _digits(self.code.data)


def _digits(typed: str | None) -> str:
    found = (unicodedata.decimal(each, None) for each in (typed or "")[:100])
    return "".join(str(each) for each in found if each is not None)


class SecondFactorForm(Form):
    """What the authenticator app shows, or a recovery code from paper."""

    code = StringField(
        _l("Code from your authenticator app, or a recovery code"),
        [required(_l("Enter the code that your app shows, or a recovery code."))],
    )

    @property
    def password(self) -> str:
        """What was typed, as the app shows it; "" where it looks like anything else."""
        typed, digits = self.code.data or "", _digits(self.code.data)
        written_otherwise = any(letter.isalpha() for letter in typed)
        return digits if len(digits) == 6 and not written_otherwise else ""


class AppForm(Form):
    """That the app has the key: the password that it shows for it."""

    key = HiddenField()
    code = StringField(
        _l("Code that the app shows"), [required(_l("Enter the six digits that your app shows."))]
    )

    @property
    def password(self) -> str:
        """The digits that were typed."""
        return _digits(self.code.data)


class PasskeyForm(Form):
    """What the browser answered; a script writes it into the form."""

    question = HiddenField()
    answer = HiddenField()


class NewPasskeyForm(PasskeyForm):
    """The same, with a name by which the person will know the passkey."""

    name = Line(_l("Name of the passkey"), [required(_l("Give the passkey a name."))], limit=60)


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
    ends_on = Day(_l("First day without access, if it is known"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.roles.choices = [(role.value, str(ROLES[role])) for role in ROLE_HINTS]


class AccountForm(Versioned):
    """What may be changed of a person of the office."""

    name = Line(_l("Name"), [required(_l("Enter the person's name."))], limit=200)
    roles = SelectMultipleField(_l("Roles"), [required(_l("Choose at least one role."))])
    ends_on = Day(_l("First day without access, if it is known"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.roles.choices = [(role.value, str(ROLES[role])) for role in ROLE_HINTS]


class _Named(_Invitation):
    """Whom a State names, and as what."""

    capacity = RadioField(_l("Named as"), default=Capacity.FOCAL_POINT.value)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.capacity.choices = [SelectChoice(each.value, CAPACITIES[each]) for each in Capacity]

    @property
    def person(self) -> Person:
        """Whom the form names."""
        return Person(
            self.name.data or "",
            self.email.data or "",
            self.language.data or "en",
            Capacity(self.capacity.data),
        )


class NamingForm(_Named):
    """A person who acts for one State, and the note verbale by which the State says so."""

    state = SelectField(_l("State"), [required(_l("Choose the State."))])
    note_reference = Line(
        _l("Reference of the State's note verbale"),
        [required(_l("Enter the reference that stands on the note."))],
    )
    note_date = Day(_l("Date of the note"), [required(_l("Enter the date of the note."))])
    file = FileField(_l("The note (PDF, at most 20 MB)"))
    ends_on = Day(_l("First day without access, if the note says so"))
    succeeds = SelectField(_l("Takes over from"), default="")

    def __init__(
        self, states: list[tuple[str, str]], present: list[tuple[str, str]], **values: Any
    ) -> None:
        super().__init__(**values)
        self.state.choices = [("", ""), *states]
        self.succeeds.choices = [("", _l("nobody")), *present]

    @property
    def note(self) -> NamingNote:
        """The note verbale as it was described and sent; without a file an empty one.

        Only for a form that was found in order.
        """
        chosen = self.file.data
        file = (
            Upload(chosen.filename or "", chosen.stream.read(SIZE_LIMIT + 1))
            if isinstance(chosen, FileStorage)
            else Upload("", b"")
        )
        return NamingNote(self.note_reference.data or "", cast(date, self.note_date.data), file)


class EndForm(Form):
    """When a person ceases to act for a State, and on whose word."""

    ends_on = Day(
        _l("First day on which the person no longer acts"),
        [required(_l("Enter the day. Today ends it at once."))],
    )
    source = Line(
        _l("On whose word?"),
        [required(_l("Say on whose word, for example the reference of the State's note."))],
    )

    @property
    def day(self) -> date:
        """The day that was entered, in a form that was found in order."""
        return cast(date, self.ends_on.data)


class ProposalForm(_Named):
    """Whom a focal point proposes."""

    succeeds_me = BooleanField(_l("This person takes over from me"))


class DeclineForm(Form):
    """Why a proposal is declined."""

    remark = Paragraphs(
        _l("Why is it declined?"), [required(_l("Say why: the State reads it."))], limit=1000
    )
