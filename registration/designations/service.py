"""Naming authorities: wording them in an answer, and putting them in force by a response.

What a State is about to say may be changed at any time; what it has said is only ever ended.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from registration import text
from registration.db import Session
from registration.designations import queries
from registration.designations.models import Designation, ProposedAuthority
from registration.designations.rules import (
    Changes,
    DesignationKind,
    Line,
    can_be_reached,
    compare,
)
from registration.errors import Conflict, Refused
from registration.permissions import Permission, demand


@dataclass(frozen=True)
class Particulars:
    """What a State says of an authority."""

    name: str
    institution: str = ""
    title: str = ""
    email: str = ""
    telephone: str = ""
    address: str = ""


def propose(
    session: Session,
    *,
    state_code: str,
    meeting_id: UUID,
    kind: DesignationKind,
    particulars: Particulars,
    continues_line_id: UUID | None = None,
) -> ProposedAuthority:
    """Add an authority to the answer of a State for a meeting.

    A local authority of which exactly the same is said already is not added again, but returned.
    Raises Refused where it cannot be reached, and Conflict where there is a central authority
    already: somebody else named it meanwhile.
    """
    authority = ProposedAuthority(
        state_code=state_code,
        meeting_id=meeting_id,
        kind=kind,
        continues_line_id=continues_line_id,
    )
    demand(session.actor, Permission.ANSWER, authority)
    if kind is DesignationKind.CENTRAL_AUTHORITY and queries.proposed_central(
        session, state_code, meeting_id
    ):
        raise Conflict("Somebody else named a central authority after you opened this page.")
    _word(authority, particulars)
    for known in queries.proposed(session, state_code, meeting_id):
        if _said_of(known) == _said_of(authority):
            return known
    session.add(authority)
    session.flush()
    return authority


def particulars_of(named: ProposedAuthority | Designation) -> Particulars:
    """What is said of an authority, to be offered again."""
    return Particulars(**{each.name: getattr(named, each.name) for each in fields(Particulars)})


def reword(
    session: Session, authority: ProposedAuthority, particulars: Particulars, *, version: int
) -> bool:
    """Change what is said of an authority; False where it says that already.

    Raises Conflict unless `version` is the present one, or there is nothing to change.
    """
    demand(session.actor, Permission.ANSWER, authority)
    if _clean(particulars) == particulars_of(authority):
        return False
    if version != authority.version:
        raise Conflict("Somebody else changed this authority after you opened this page.")
    _word(authority, particulars)
    session.flush()
    return True


def _word(authority: ProposedAuthority, particulars: Particulars) -> None:
    said = _clean(particulars)
    if not said.name:
        raise Refused("Enter the name of the authority.", field="name")
    if authority.kind is DesignationKind.CENTRAL_AUTHORITY and not can_be_reached(
        email=said.email, telephone=said.telephone, address=said.address
    ):
        raise Refused(
            "Enter an e-mail address, a telephone number or an address: requests for assistance"
            " must find the central authority.",
            field="email",
        )
    for name, value in asdict(said).items():
        setattr(authority, name, value)


def _clean(particulars: Particulars) -> Particulars:
    lines = {
        name: text.line(value) for name, value in asdict(particulars).items() if name in _LINES
    }
    return Particulars(
        **lines,
        email=text.email(particulars.email) if particulars.email else "",
        address=text.paragraphs(particulars.address, limit=1_000),
    )


_LINES = ("name", "institution", "title", "telephone")


def drop(session: Session, authority: ProposedAuthority) -> None:
    """Take an authority out of the answer. What was said of it before stays on record."""
    demand(session.actor, Permission.ANSWER, authority)
    session.delete(authority)
    session.flush()


def line_of(authority: ProposedAuthority) -> Line:
    """The line of an answer that an authority stands in."""
    return Line(line_id=authority.id, continues=authority.continues_line_id, **_said_of(authority))


def line_behind(designation: Designation) -> Line:
    """The line that a designation was made from."""
    return Line(
        line_id=designation.line_id,
        courtesy=designation.courtesy,
        head_of_delegation=designation.head_of_delegation,
        capacity=designation.capacity,
        printed_name=designation.printed_name,
        sorting_name=designation.sorting_name,
        areas=tuple(designation.areas),
        languages=tuple(designation.languages),
        **_said_of(designation),
    )


def _said_of(named: ProposedAuthority | Designation) -> dict[str, Any]:
    return {"kind": named.kind, **asdict(particulars_of(named))}


def put_in_force(
    session: Session,
    *,
    state_code: str,
    response_id: UUID,
    at: datetime,
    in_force: Iterable[Designation],
    said: Iterable[Line],
) -> Changes:
    """Make what a response says the State's word from that instant on.

    `in_force` are the designations that the response speaks about. What it words otherwise is
    superseded, what it leaves out is withdrawn; both point to the response that ended them.
    """
    standing = {each.id: each for each in in_force}
    changes = compare({key: line_behind(each) for key, each in standing.items()}, said)
    for ended in (*(known for known, _ in changes.superseded), *changes.withdrawn):
        standing[ended].in_force_until = at
        standing[ended].ended_by_response_id = response_id
    session.flush()
    session.add_all(
        Designation(
            **_columns(line), state_code=state_code, response_id=response_id, in_force_from=at
        )
        for line in (*(new for _, new in changes.superseded), *changes.added)
    )
    session.flush()
    return changes


def _columns(line: Line) -> dict[str, Any]:
    said = asdict(line)
    del said["continues"]
    return {**said, "areas": list(line.areas), "languages": list(line.languages)}
