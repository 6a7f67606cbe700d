"""The register of authorities: an entry that went stale, and a State's request."""

from datetime import date

from registration.authorities import service as register
from registration.authorities.rules import Category
from registration.authorities.service import Source
from registration.documents.examination import Upload
from tests.browser.world.office import ANSWERED, MINISTRY, Office
from tests.responses.samples import a_pdf


def keep_register(office: Office) -> None:
    """An entry that went stale, and what its State asks to have corrected."""
    typed = {
        "authority_name": MINISTRY.name,
        "organization_ministry": MINISTRY.institution,
        "email": MINISTRY.email,
        "website": "https://justice.example/",
        "formats_accepted": ["post", "email"],
    }
    day = date(2012, 3, 1)
    with office.desk.acting(office.desk.anna) as session:
        office.entry = register.enter(
            session,
            ANSWERED,
            Category.MUTUAL_LEGAL_ASSISTANCE,
            typed,
            Source("Note verbale 5/2012", day, day, Upload("note.pdf", a_pdf())),
        )
    with office.desk.acting(office.focal_points[ANSWERED]) as session:
        office.request = register.ask(
            session,
            {**typed, "telephone": MINISTRY.telephone},
            category=Category.PREVENTION,
            remark="A new authority.",
        )
