"""The form in which a key is made, and what its grants are called."""

from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.validators import DataRequired

from registration.api.keys import NAME_LIMIT
from registration.forms import Day, Form, Line, required
from registration.permissions import GRANTS, Permission

WORDS = {
    Permission.READ_STANDINGS: _l("Which State has answered, and when"),
    Permission.READ_RESPONSES: _l("The responses"),
    Permission.READ_DESIGNATIONS: _l("The designations, with names and addresses"),
    Permission.READ_STATISTICS: _l("Figures by meeting and regional group"),
    Permission.READ_CALENDAR: _l("The calendar of deadlines and meetings"),
}


class KeyForm(Form):
    """For which program, what it may read, and until when."""

    name = Line(
        _l("Which program, and whose"),
        [required(_l("Say which program gets the key."))],
        limit=NAME_LIMIT,
    )
    grants = SelectMultipleField(
        _l("What it may read"),
        [DataRequired(_l("Choose at least one thing that the program may read."))],
    )
    expires_on = Day(_l("Last day"), [required(_l("Say until when the key opens."))])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.grants.choices = [(each.value, str(WORDS[each])) for each in GRANTS]

    @property
    def last_day(self) -> date:
        """The day that was typed, once the form is in order."""
        return cast(date, self.expires_on.data)
