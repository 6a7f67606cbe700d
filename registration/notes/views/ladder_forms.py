"""The form of a ladder of reminders, and how its rungs are said."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from registration.forms import Line, Versioned
from registration.notes.ladders.models import Ladder
from registration.notes.ladders.rules import Outcome

OUTCOMES = {
    Outcome.DRAFTED: (_l("Drafted"), "done"),
    Outcome.WAITING: (_l("An earlier one waits"), "waits"),
    Outcome.NOBODY: (_l("Nobody to remind"), "done"),
    Outcome.REPLACED: (_l("Asked anew"), "none"),
    Outcome.TOO_LATE: (_l("Too near the meeting"), "late"),
    Outcome.OVERTAKEN: (_l("Overtaken"), "none"),
    Outcome.FAILED: (_l("Could not be drafted"), "stop"),
}


class Days(Line):
    """Numbers of days, parted by commas or spaces: 21, 7."""

    def __init__(self, label: str, first: int, **kwargs: Any):
        super().__init__(label, limit=60, default="", **kwargs)
        self._first = first

    def pre_validate(self, form: object) -> None:
        super().pre_validate(form)
        words = (self.data or "").replace("،", ",").replace("、", ",").replace(",", " ").split()
        if not all(word.isdecimal() and len(word) <= 3 for word in words):
            raise ValidationError(_("Enter numbers of days, like 21, 7."))
        self.days = [int(word) for word in words]
        if any(days < self._first for days in self.days):
            raise ValidationError(_("Enter numbers from %(first)s.", first=self._first))


class LadderForm(Versioned):
    """On which days before and after the last one a reminder is drafted."""

    before = Days(_l("Days before the last day"), first=0)
    after = Days(_l("Days after it"), first=1)

    @classmethod
    def of(cls, days: Iterable[int], ladder: Ladder | None) -> "LadderForm":
        """The form that holds these days, counted as the rungs count them."""
        ordered = sorted(days, reverse=True)
        return cls(
            version=str(ladder.version if ladder else 0),
            before=", ".join(str(each) for each in ordered if each >= 0),
            after=", ".join(str(-each) for each in ordered if each < 0),
        )

    @property
    def wanted(self) -> frozenset[int]:
        """The days that were typed, counted before the last one; for a form found complete."""
        return frozenset([*self.before.days, *(-each for each in self.after.days)])
