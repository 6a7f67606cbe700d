"""Whom and what the invented States of the demonstration name: nobody can take it for real."""

import io
from collections.abc import Sequence

import pikepdf

from registration.delegations.models import Courtesy
from registration.delegations.persons import Person
from registration.designations import service as designations
from registration.designations.rules import DesignationKind

# Names unlike each other: whoever compares names is shown those that may be one person's.
_STONES = [
    "Agate",
    "Basalt",
    "Chalk",
    "Dolomite",
    "Flint",
    "Granite",
    "Jasper",
    "Marble",
    "Onyx",
    "Pumice",
    "Quartz",
    "Slate",
    "Topaz",
]
_TREES = [
    "Alder",
    "Baobab",
    "Cedar",
    "Dogwood",
    "Ebony",
    "Fir",
    "Ginkgo",
    "Hazel",
    "Ironwood",
    "Juniper",
    "Kapok",
    "Larch",
    "Mahogany",
    "Neem",
    "Olive",
    "Poplar",
    "Quince",
    "Rowan",
    "Spruce",
    "Tamarind",
    "Umbrella",
    "Viburnum",
    "Walnut",
    "Yew",
]
_POSTS = ("Invented Director", "Invented Prosecutor", "Invented Adviser", "Invented Judge")


def authority(code: str, kind: DesignationKind, number: int) -> designations.Particulars:
    """The central authority of a State, or one of its local authorities, counted from 1."""
    central = kind is DesignationKind.CENTRAL_AUTHORITY
    what = "Central Authority" if central else f"Local Authority {number}"
    return designations.Particulars(
        name=f"Invented {what}",
        institution="Invented Ministry of Justice",
        email=f"{'central' if central else f'local{number}'}.{code.lower()}@authorities.example",
        telephone="+00 0000 0000",
    )


def expert(code: str, number: int) -> Person:
    """One of the four experts of a State, counted from 0; the first heads the delegation."""
    place = int(code, 36)  # a State's own, and the same every time
    return Person(
        courtesy=Courtesy.MS if number % 2 else Courtesy.MR,
        given_names=f"Demo {_STONES[(place // len(_TREES) + 3 * number) % len(_STONES)]}",
        family_name=f"{_TREES[(place + 11 * number) % len(_TREES)]}-{code}",
        title=_POSTS[number],
        institution="Invented Ministry of Justice",
        email=f"expert{number + 1}.{code.lower()}@experts.example",
        head_of_delegation=number == 0,
    )


def note_verbale(code: str, names: Sequence[str] = ()) -> bytes:
    """A one-page PDF that says what it is, and whom it names; plain letters only."""
    lines = ["INVENTED NOTE VERBALE", f"for the demonstration only ({code})", "", *names]
    lines = [line.replace("(", r"\(").replace(")", r"\)") for line in lines]
    drawn = " T* ".join(f"({line}) Tj" for line in lines)
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Contents = pdf.make_stream(f"BT /F1 16 Tf 24 TL 72 740 Td {drawn} ET".encode())
    page.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(
            F1=pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name.Helvetica,
            )
        )
    )
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()
