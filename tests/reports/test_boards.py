"""Boards: every figure equals a count made by other means; filters and sorts do what they say."""

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from registration import clock
from registration.db import open_session
from registration.errors import NotFound
from registration.notes.models import Addressee
from registration.permissions import system
from registration.post.models import Message
from registration.reports import boards, forms, rules
from registration.reports.boards import Board, Choice, Line, Order, chosen
from registration.reports.rules import Missing, Road, Step
from registration.responses.rules import Standing
from registration.states.models import MissionAddress, RegionalGroup
from registration.words import LANGUAGES
from tests.reports.conftest import (
    BY_PORTAL,
    IN_DOUBT,
    IN_TIME,
    LATE,
    NO_ADDRESS,
    PARKED,
    REFUSED,
    Office,
)

DEADLINE = date(2013, 9, 30)
CHOICES = st.builds(
    Choice,
    standing=st.none() | st.sampled_from(Standing),
    road=st.none() | st.sampled_from(Road),
    group=st.none() | st.sampled_from(RegionalGroup),
    language=st.sampled_from(["", *LANGUAGES]),
    words=st.text(max_size=100).map(lambda text: " ".join(text.split())),
    order=st.sampled_from(Order),
    descending=st.booleans(),
)


@pytest.fixture(scope="session")
def addressed(office: Office) -> set[str]:
    with office.program() as session:
        return set(
            session.scalars(
                sa.select(Addressee.state_code).where(Addressee.note_id == office.note_id)
            )
        )


@pytest.fixture
def board(office: Office) -> Board:
    with office.program() as session:
        return boards.board_of_note(session, office.note_id)


@pytest.fixture
def meeting_board(office: Office) -> Board:
    with office.program() as session:
        return boards.board_of_meeting(session, "2013-panama-city")


def by_code(lines: list[Line] | tuple[Line, ...]) -> dict[str, Line]:
    return {line.state.code: line for line in lines}


def test_every_addressee_is_on_the_board_once(board: Board, addressed: set[str]) -> None:
    assert len(board.lines) == len(addressed) == 175
    assert {line.state.code for line in board.lines} == addressed


def test_figures_equal_what_was_done(board: Board) -> None:
    assert board.by_standing == {
        Standing.ANSWERED: IN_TIME - 1,
        Standing.LATE: LATE,
        Standing.PARTIAL: 1,  # Austria's names came through the pages, without the note
        Standing.OVERDUE: 175 - IN_TIME - LATE,
    }
    without = len({*NO_ADDRESS} & {line.state.code for line in board.lines})
    assert board.by_road == {
        Road.HANDED_OVER: 175 - without - 3,
        Road.NO_ADDRESS: without,
        Road.NOT_MADE: 1,
        Road.IN_DOUBT: 1,
        Road.NOT_ACCEPTED: 1,
    }


def test_figures_equal_what_plain_sql_counts(office: Office, board: Board) -> None:
    with office.program() as session:
        handed_over = session.scalar(
            sa.text(
                "select count(distinct d.addressee_id) from dispatch d"
                " join message m on m.id = d.message_pk"
                " where d.note_id = :note and m.stage = 'handed_over'"
            ),
            {"note": office.note_id},
        )
        in_time, late = session.execute(
            sa.text(
                "select count(*) filter (where first <= timestamptz '2013-09-30 18:00+02'),"
                " count(*) filter (where first > timestamptz '2013-09-30 18:00+02') from"
                " (select min(received_at) as first from response where note_id = :note"
                " group by state_code) x"
            ),
            {"note": office.note_id},
        ).one()
    assert board.by_road[Road.HANDED_OVER] == handed_over
    assert board.by_standing[Standing.ANSWERED] == in_time - 1
    assert board.by_standing[Standing.PARTIAL] == 1
    assert board.by_standing[Standing.LATE] == late


def test_each_state_stands_where_its_first_response_puts_it(office: Office, board: Board) -> None:
    for code, line in by_code(board.lines).items():
        day = office.responded_on.get(code)
        if day is None:
            assert line.standing is Standing.OVERDUE
            assert (line.answered_at, line.days) == (None, None)
        else:
            in_time = Standing.PARTIAL if code == BY_PORTAL else Standing.ANSWERED
            assert line.standing is (in_time if day <= DEADLINE else Standing.LATE)
            assert line.answered_at is not None
            assert clock.day_of(line.answered_at) == day
            assert line.days == (day - date(2013, 7, 1)).days


def test_groups_add_up_to_all(board: Board) -> None:
    assert sum((counted for counted in board.by_group.values()), Counter()) == board.by_standing
    expected = Counter(line.state.regional_group for line in board.lines)
    assert {group: counted.total() for group, counted in board.by_group.items()} == expected
    order = list(RegionalGroup)
    assert [order.index(group) for group in board.by_group] == sorted(
        order.index(group) for group in board.by_group
    )


def test_the_curve_ends_at_the_number_of_states_that_responded(board: Board) -> None:
    curve = rules.curve(board.course, clock.today())
    assert curve.start == date(2013, 7, 1)
    assert curve.deadline == DEADLINE
    assert curve.today == date(2013, 10, 8)
    assert curve.top == 175
    assert curve.points[-1] == (99, IN_TIME + LATE)
    in_time = [count for x, count in curve.points if curve.day(x) <= DEADLINE]
    assert in_time[-1] == IN_TIME


@pytest.mark.parametrize(
    ("code", "missing", "step"),
    [
        (PARKED, (Missing.COPY, Missing.RESPONSE), Step.LOOK_AT_COPY),
        (IN_DOUBT, (Missing.CERTAINTY, Missing.RESPONSE), Step.SETTLE_MESSAGE),
        (REFUSED, (Missing.HANDING_OVER, Missing.RESPONSE), Step.SETTLE_MESSAGE),
        ("LIE", (Missing.ADDRESS, Missing.RESPONSE), Step.ENTER_ADDRESS),
        (BY_PORTAL, (Missing.MISSION_NOTE,), Step.ASK_FOR_NOTE),
    ],
)
def test_what_is_missing_and_what_comes_next_is_said(
    board: Board, code: str, missing: tuple[Missing, ...], step: Step
) -> None:
    line = by_code(board.lines)[code]
    assert (line.missing, line.next_step) == (missing, step)


def test_a_response_that_staff_recorded_lacks_nothing(board: Board) -> None:
    recorded = [line for line in board.lines if line.standing in (Standing.ANSWERED, Standing.LATE)]
    assert len(recorded) == IN_TIME + LATE - 1
    assert {(line.missing, line.next_step) for line in recorded} == {((), None)}


def test_a_state_that_corrects_its_response_is_waited_for(office: Office) -> None:
    with office.program() as session:
        session.execute(
            sa.text("update nomination set stage = 'in_correction' where state_code = :code"),
            {"code": BY_PORTAL},
        )
        line = by_code(boards.board_of_note(session, office.note_id).lines)[BY_PORTAL]
        session.rollback()
    assert line.standing is Standing.PARTIAL
    assert line.missing[0] is Missing.CORRECTED_RESPONSE
    assert line.next_step is Step.AWAIT_CORRECTION


def test_the_last_message_tells_how_far_a_copy_came(office: Office) -> None:
    with office.program() as session:
        session.execute(
            sa.text(
                "insert into dispatch (id, note_id, addressee_id, state_code, letter_id, channel,"
                " message_pk, planned_at, received_by, reason)"
                " select gen_random_uuid(), note_id, addressee_id, state_code, letter_id,"
                " channel, :other, now() + interval '1 day', '', ''"
                " from dispatch where state_code = :code and note_id = :note"
            ),
            {"other": _a_message(session), "code": "FRA", "note": office.note_id},
        )
        line = by_code(boards.board_of_note(session, office.note_id).lines)["FRA"]
        session.rollback()
    assert line.road is Road.ON_ITS_WAY
    assert line.handed_over_at is not None


def test_a_meetings_board_tells_when_the_first_copy_was_handed_over(
    office: Office, board: Board, meeting_board: Board
) -> None:
    with office.program() as session:
        second = boards.board_of_note(session, office.second_note_id)
    first, of_meeting = by_code(board.lines), by_code(meeting_board.lines)
    both = [line for line in second.lines if first[line.state.code].handed_over_at is not None]
    assert both
    for line in both:
        begun = first[line.state.code].handed_over_at
        assert line.handed_over_at != begun
        assert of_meeting[line.state.code].handed_over_at == begun


def _a_message(session: boards.Session) -> object:
    message = Message(
        purpose="note", state_code="FRA", recipients=["a@b.example"], subject="x", text="y"
    )
    session.add(message)
    session.flush()
    return message.id


def test_one_response_to_any_note_of_the_meeting_is_enough(
    office: Office, board: Board, meeting_board: Board
) -> None:
    assert [note.reference for note in meeting_board.notes] == ["CU 2013/175", "CU 2013/176"]
    assert meeting_board.respond_by == date(2013, 11, 1)
    lines, of_first = by_code(meeting_board.lines), by_code(board.lines)
    assert lines.keys() == of_first.keys()
    for code, day in office.responded_to_second.items():
        assert of_first[code].standing is Standing.OVERDUE
        assert lines[code].standing is Standing.ANSWERED
        assert lines[code].days == (day - date(2013, 9, 2)).days
    with office.program() as session:
        asked_again = set(
            session.scalars(
                sa.select(Addressee.state_code).where(Addressee.note_id == office.second_note_id)
            )
        )
    assert len(asked_again) == 8
    for code in asked_again - office.responded_on.keys() - office.responded_to_second.keys():
        assert lines[code].standing is Standing.AWAITED
    for code in lines.keys() - asked_again:
        assert lines[code].standing is of_first[code].standing


def test_the_meeting_counts_each_state_once(meeting_board: Board) -> None:
    assert len(meeting_board.lines) == len({line.state.code for line in meeting_board.lines}) == 175


def test_a_draft_has_a_board_without_lines(office: Office) -> None:
    with office.program() as session:
        assert boards.board_of_note(session, office.draft_id).lines == ()


def test_a_meeting_without_issued_notes_has_a_board_without_lines(office: Office) -> None:
    with office.program() as session:
        other = session.scalar(sa.text("select slug from meeting where number = 1"))
        board = boards.board_of_meeting(session, str(other))
    assert (board.notes, board.lines) == ((), ())


def test_an_unknown_note_has_no_board(office: Office) -> None:
    with office.program() as session, pytest.raises(NotFound):
        boards.board_of_note(session, office.desk.anna.id)


@pytest.mark.parametrize("standing", Standing)
def test_filtering_by_standing_shows_all_of_it_and_nothing_else(
    board: Board, standing: Standing
) -> None:
    found = chosen(board.lines, Choice(standing=standing), "en")
    assert {line.standing for line in found} <= {standing}
    assert len(found) == board.by_standing[standing]


@pytest.mark.parametrize("group", RegionalGroup)
def test_filtering_by_group_shows_all_of_it_and_nothing_else(
    board: Board, group: RegionalGroup
) -> None:
    found = chosen(board.lines, Choice(group=group), "en")
    assert {line.state.regional_group for line in found} <= {group}
    assert len(found) == board.by_group[group].total()


def test_filtering_by_language_follows_the_language_of_the_copy(
    office: Office, board: Board
) -> None:
    counts = {code: len(chosen(board.lines, Choice(language=code), "en")) for code in LANGUAGES}
    with office.program() as session:
        expected = session.execute(
            sa.select(Addressee.language, sa.func.count())
            .where(Addressee.note_id == office.note_id)
            .group_by(Addressee.language)
        ).all()
    assert counts == dict(expected)
    assert min(counts.values()) > 0


def test_filtering_by_copy_finds_the_troubles(board: Board) -> None:
    def found(road: Road) -> list[str]:
        return [line.state.code for line in chosen(board.lines, Choice(road=road), "en")]

    assert found(Road.IN_DOUBT) == [IN_DOUBT]
    assert found(Road.NOT_ACCEPTED) == [REFUSED]
    assert found(Road.NOT_MADE) == [PARKED]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("cote ivoire", "CIV"),
        ("CÔTE D’IVOIRE".replace("’", "'"), "CIV"),
        ("ПАНАМА", "PAN"),
        ("中国", "CHN"),
        ("بنما", "PAN"),
        ("chn", "CHN"),
        ("suisse", "CHE"),
    ],
)
def test_a_state_is_found_by_any_of_its_names_whatever_the_accents(
    board: Board, words: str, code: str
) -> None:
    assert code in [line.state.code for line in chosen(board.lines, Choice(words=words), "en")]


def test_words_that_nobody_bears_find_nobody(board: Board) -> None:
    assert chosen(board.lines, Choice(words="atlantis"), "en") == []


@pytest.mark.parametrize("order", [Order.HANDED_OVER, Order.ANSWERED, Order.DAYS])
@pytest.mark.parametrize("descending", [False, True])
def test_sorting_puts_lines_without_the_value_last(
    board: Board, order: Order, descending: bool
) -> None:
    attribute = {
        Order.HANDED_OVER: "handed_over_at",
        Order.ANSWERED: "answered_at",
        Order.DAYS: "days",
    }[order]
    found = chosen(board.lines, Choice(order=order, descending=descending), "en")
    values = [getattr(line, attribute) for line in found]
    known = [value for value in values if value is not None]
    assert len(found) == 175
    assert known == sorted(known, reverse=descending)
    assert values == known + [None] * (175 - len(known))


def test_english_names_sort_as_in_the_offices_lists(board: Board) -> None:
    found = chosen(board.lines, Choice(), "en")
    assert [line.state.sort_key for line in found] == sorted(
        line.state.sort_key for line in board.lines
    )
    assert chosen(board.lines, Choice(descending=True), "en") == found[::-1]


def test_french_names_sort_without_regard_to_accents(board: Board) -> None:
    names = [line.state.names["fr"] for line in chosen(board.lines, Choice(), "fr")]
    place = names.index
    assert place("Danemark") < place("Égypte") < place("El Salvador") < place("Finlande")


@given(CHOICES)
def test_an_address_asks_for_the_choice_that_made_it(choice: Choice) -> None:
    assert forms.choice(MultiDict(forms.asked_for(choice))) == choice


@given(
    st.dictionaries(st.sampled_from(["standing", "road", "group", "language", "sort"]), st.text())
)
def test_an_address_that_makes_no_sense_chooses_nothing(asked: dict[str, str]) -> None:
    known = {*Standing, *Road, *RegionalGroup, *LANGUAGES}
    choice = forms.choice(MultiDict({name: f"?{value}" for name, value in asked.items()}))
    assert not known & {choice.standing, choice.road, choice.group, choice.language}
    assert choice.order is Order.STATE


def test_a_board_counts_the_states_with_an_address_in_doubt(office: Office) -> None:
    with open_session(office.engine, system("test")) as session:
        assert boards.board_of_note(session, office.note_id).with_suspect_address == 0
        for code in (BY_PORTAL, "NIU"):  # the second is not addressed, or has no mission
            for address in session.scalars(
                sa.select(MissionAddress).where(MissionAddress.state_code == code)
            ):
                address.suspect_since, address.suspect_reason = clock.now(), "550 no such user"
        session.flush()
        assert boards.board_of_note(session, office.note_id).with_suspect_address == 1
        session.rollback()
