"""What focal points type and upload in the tests of this folder."""

import io

import pikepdf

from registration.delegations.models import Courtesy
from registration.delegations.persons import Person
from registration.designations.service import Particulars

MINISTRY = Particulars(
    name="Ministry of Justice, Department IV", email="central@justice.example", telephone="+43 1 0"
)


def person(family_name: str = "Huber", *, head: bool = False, given_names: str = "Eva") -> Person:
    return Person(
        courtesy=Courtesy.MS,
        given_names=given_names,
        family_name=family_name,
        title="Prosecutor",
        institution="Public Prosecutor's Office",
        email="eva.huber@justice.example",
        head_of_delegation=head,
    )


def a_pdf(pages: int = 1) -> bytes:
    """A plain PDF, as a scanner makes it."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        return saved(pdf)


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    into = io.BytesIO()
    pdf.save(into, **how)
    return into.getvalue()
