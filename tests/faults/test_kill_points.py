"""A process killed anywhere between issue and mail server: nothing is lost, nothing doubled."""

import ast
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from registration import config, db
from registration.config import Settings
from registration.documents import service as documents
from registration.journal.service import Then, promise
from registration.notes.issuing import RUN
from registration.notes.models import Dispatch, Letter
from registration.notes.rules import LetterStage, NoteStage
from registration.post import mailings
from registration.post.models import Message
from registration.post.rules import MessageStage
from tests import builders as make
from tests.faults.office import PROGRAM, ROOT, Office
from tests.faults.points import MAKING, RELAY, SENDING, SETTLING
from tests.inbox.test_killed_at_every_point import KEEPING, READING
from workshop.mail_catcher import MailCatcher

# These have a test of their own, beside the mailboxes.
COMING_IN = (*KEEPING, *READING)
STATES = ("AUT", "NIU")


def points_in(folder: Path) -> Counter[str]:
    """Every name that stands in a call of `killpoint` below a folder."""
    calls = (
        node
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "killpoint"
    )
    return Counter(ast.literal_eval(call.args[0]) for call in calls)


def test_every_point_in_the_code_is_exercised_and_stands_in_one_place() -> None:
    in_code = points_in(ROOT / "registration") + points_in(ROOT / "workers")
    assert in_code == Counter([*RELAY, *MAKING, *SENDING, *SETTLING, *COMING_IN])


def issue(office: Office, number: int) -> None:
    """An issued note whose run is promised: a master, and a copy for each State."""
    with db.session_for(office.bind, PROGRAM) as session:
        meeting = session.scalars(sa.select(make.Meeting)).one()
        drafter, clearer = session.scalars(sa.select(make.Account).order_by(make.Account.name))
        note = make.a_note(
            session,
            meeting,
            drafter,
            stage=NoteStage.ISSUED,
            clearer=clearer,
            reference=f"CU 2013/{number}",
        )
        for code in STATES:
            make.an_addressee(session, note, code)
        mailings.begin(session, note.id, confirmed_by_id=drafter.id, left_out=[])
        promise(session, [Then(RUN, make.a_master(session, note).id)])


def set_the_stage(office: Office) -> None:
    with db.session_for(office.bind, PROGRAM) as session:
        for code in (*STATES, "PAN"):
            make.a_state(session, code)
        make.a_meeting(session)
        make.anna(session)
        make.otto(session)


def all_are_printed(office: Office) -> bool:
    with db.session_for(office.bind, PROGRAM) as session:
        return set(session.scalars(sa.select(Letter.stage))) == {LetterStage.RENDERED}


def nobody_works(office: Office) -> bool:
    """All letters are printed, and each message was handed over or is in doubt."""
    done = {MessageStage.HANDED_OVER, MessageStage.UNCERTAIN}
    return all_are_printed(office) and set(office.stages()) <= done


@pytest.mark.timeout(300)  # a death at each point, and processes that take their places
def test_a_kill_at_every_point_loses_nothing_and_doubles_nothing(
    office: Office, mail_server: MailCatcher, settings: Settings, environment: dict[str, str]
) -> None:
    set_the_stage(office)
    office.start_worker()
    office.start_relay()
    points = [*RELAY, *MAKING, *SENDING]
    for number, point in enumerate(points, start=1):
        office.arm(point)
        issue(office, number)
        office.wait(lambda: not office.is_armed, what=f"somebody dies at {point}")
        if point in MAKING:  # three deaths over one run would rightly end it
            office.wait(lambda: all_are_printed(office), what=f"printed in spite of {point}")
    office.wait(lambda: nobody_works(office) and office.open_rows() == 0, what="nobody works")
    # Between the second mark and the settling lie five points; each left one message in doubt.
    between = SENDING[SENDING.index("post.end_marked") : SENDING.index("post.settled")]
    assert office.stages().count(MessageStage.UNCERTAIN) == len(between)

    office.arm("post.reconciled")
    office.let_ten_minutes_pass(mail_server.mailbox.log)
    office.wait(
        lambda: set(office.stages()) == {MessageStage.HANDED_OVER} and office.open_rows() == 0,
        what="every doubt is settled",
    )
    assert not office.is_armed

    expected = len(points) * len(STATES)
    with db.session_for(office.bind, PROGRAM) as session:
        ids = session.scalars(sa.select(Message.message_id)).all()
        dispatches = session.scalars(sa.select(Dispatch.addressee_id)).all()
        printed = session.scalars(sa.select(Letter.document_id)).all()
        config.use(
            settings.model_copy(update={"store_dir": Path(environment["REGISTRATION_STORE_DIR"])})
        )
        contents = [documents.read(session, document) for document in printed if document]
    assert len(ids) == len(set(dispatches)) == len(dispatches) == expected
    assert len(contents) == expected + len(points)  # the masters
    assert Counter(mail_server.mailbox.accepted_ids()) == Counter(ids)
    assert all(content.startswith(b"%PDF") for content in contents)
