"""Nothing about one meeting or one note is built in: another one goes the whole way.

Everything is entered through the pages, with the keyboard, on an instance with all its processes.
"""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from registration import clock
from registration.words import OWN_NAMES
from tests.journeys.conftest import ADMINISTRATOR, Visit
from tests.journeys.people import Person, mail_to
from tests.letters import reading
from tests.responses.samples import a_pdf
from workshop.mail_catcher import CaughtMail, Mailbox
from workshop.reminder import Reminder

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Meeting:
    """A meeting that no list of the product knows."""

    number: int
    places: dict[str, str]
    begins_on: date
    ends_on: date
    respond_by: date

    @property
    def symbols(self) -> str:
        return f"CAC/COSP/EG.1/{self.begins_on.year}/"

    @property
    def title(self) -> str:
        return f"Invitation {self.number} to {self.places['en']}"


GRAZ = Meeting(
    number=15,
    places={
        "en": "Graz",
        "fr": "Graz",
        "es": "Graz",
        "ru": "Грац",
        "ar": "غراتس",
        "zh": "格拉茨",
    },
    begins_on=date(2031, 6, 3),
    ends_on=date(2031, 6, 4),
    respond_by=date(2031, 3, 31),
)
SALZBURG = Meeting(
    number=16,
    places={
        "en": "Salzburg",
        "fr": "Salzbourg",
        "es": "Salzburgo",
        "ru": "Зальцбург",
        "ar": "سالزبورغ",
        "zh": "萨尔茨堡",
    },
    begins_on=date(2032, 9, 29),
    ends_on=date(2032, 10, 1),
    respond_by=date(2032, 7, 15),
)
LANGUAGE_NAMES = {
    "en": "English",
    "fr": "French",
    "es": "Spanish",
    "ru": "Russian",
    "ar": "Arabic",
    "zh": "Chinese",
}
# Thirteen States had deposited by then, and the Convention was not in force for anybody.
AS_AT = date(2004, 11, 30)
ADDRESSED = 13


@dataclass(frozen=True)
class Mission:
    """A State of the audience with the language that its mission is written to in."""

    state: str
    code: str
    language: str
    printed: str

    @property
    def email(self) -> str:
        return f"mission.{self.code.lower()}@missions.example"


KENYA = Mission("Kenya", "KEN", "en", "Republic of Kenya")
MISSIONS = (
    KENYA,
    Mission("Madagascar", "MDG", "fr", "République de Madagascar"),
    Mission("Mexico", "MEX", "es", "Estados Unidos Mexicanos"),
    Mission("Algeria", "DZA", "ar", "الجمهورية الجزائرية الديمقراطية الشعبية"),
)
REMARK = "Please name the room in the last paragraph."
ROOM = "The meeting takes place in the main hall."


@pytest.mark.parametrize(
    ("meeting", "javascript"),
    [
        pytest.param(GRAZ, False, id="without JavaScript"),
        pytest.param(SALZBURG, True, id="with JavaScript"),
    ],
)
def test_a_second_note_goes_the_whole_way(
    meeting: Meeting, javascript: bool, visit: Visit, mailbox: Mailbox, tmp_path: Path
) -> None:
    journey = _Journey(meeting, javascript, visit, mailbox, tmp_path)
    journey.people_are_invited()
    journey.missions_are_recorded()
    journey.a_meeting_is_entered()
    journey.a_note_is_drafted_and_submitted()
    journey.it_comes_back_with_a_remark()
    journey.it_is_corrected_and_cleared()
    journey.it_is_issued()
    journey.every_mission_gets_its_own_copy()
    journey.a_state_answers()
    journey.the_answer_is_acknowledged()
    journey.a_paper_is_recorded()
    journey.the_board_counts_both()
    journey.the_file_to_take_away_says_the_same()
    journey.anybody_can_verify_the_copy()
    if javascript:
        journey.a_reminder_goes_to_those_who_did_not_respond()


class _Journey:
    def __init__(
        self, meeting: Meeting, javascript: bool, visit: Visit, mailbox: Mailbox, folder: Path
    ) -> None:
        self.meeting, self.mailbox, self.folder = meeting, mailbox, folder
        self._visit, self._javascript = visit, javascript
        self.ida = self._arrive(ADMINISTRATOR)
        self.reference = ""

    def _arrive(self, email: str) -> Person:
        person = self._visit(email, javascript=self._javascript)
        person.come()
        return person

    def _address(self, name: str) -> str:
        """An address of this journey's own, so that two journeys can be made on one instance."""
        return f"{name}.{self.meeting.number}@example.example"

    def people_are_invited(self) -> None:
        for name, role in (
            ("Anna", "Drafter"),
            ("Otto", "Clearing officer"),
            ("Rosa", "Tracker"),
        ):
            self.ida.follow("Accounts")
            self.ida.follow("Invite a person of the office")
            self.ida.type("Name", f"{name} Example")
            self.ida.type("E-mail address", self._address(name.lower()))
            self.ida.tick(role)
            self.ida.press("Send the invitation")
            assert "/sign-in" in _text(
                mail_to(self.mailbox, self._address(name.lower()), "Your access")
            )
        self.ida.follow("Accounts")
        self.ida.follow("Record a focal point")
        self.ida.choose("State", KENYA.state)
        self.ida.type("Name", "Focal Point Example")
        self.ida.type("E-mail address", self._address("focal.point"))
        self.ida.type("Reference of the State's note verbale", "KEN/7/2030")
        self.ida.type_day("Date of the note", clock.today())
        naming_note = self.folder / "naming-note.pdf"
        naming_note.write_bytes(a_pdf())
        self.ida.attach("The note (PDF, at most 20 MB)", naming_note)
        self.ida.press("Record it and send the invitation")
        self.ida.reads("KEN/7/2030")
        self.anna = self._arrive(self._address("anna"))

    def missions_are_recorded(self) -> None:
        for mission in MISSIONS:
            self.anna.page.goto(f"/states/{mission.code}")
            if "No mission in Vienna is recorded" in self.anna.said():
                self.anna.follow("Record the mission")
                self.anna.tick(OWN_NAMES[mission.language])
                self._by_a_letter()
            if mission.email not in self.anna.said():  # not done by the journey before this one
                self.anna.follow("Add an address")
                self.anna.type("E-mail address", mission.email)
                self._by_a_letter()

    def _by_a_letter(self) -> None:
        self.anna.type("Source", "Letter of the mission")
        self.anna.type_day("Day of the source", date(2024, 1, 15))
        self.anna.press("Save")

    def a_meeting_is_entered(self) -> None:
        anna, meeting = self.anna, self.meeting
        anna.follow("Meetings")
        anna.follow("Add a meeting")
        anna.type("Number in the series", str(meeting.number))
        anna.type("Year", str(meeting.begins_on.year))
        anna.choose("Country", "Austria")
        for language, place in meeting.places.items():
            anna.type(f"City in {LANGUAGE_NAMES[language]}", place)
        anna.tick("Dates verified")
        anna.type_day("First day", meeting.begins_on)
        anna.type_day("Last day", meeting.ends_on)
        anna.type("Symbols of its documents begin with", meeting.symbols)
        anna.press("Save")
        anna.follow("Add a document")
        anna.type("Symbol or reference", f"{meeting.symbols}1")
        anna.type("Title", "Provisional agenda")
        anna.choose("Kind", "Agenda")
        for own_name in OWN_NAMES.values():
            anna.tick(own_name)
        anna.press("Save")
        stranger = self._visit(javascript=self._javascript)
        stranger.page.goto(anna.page.url)
        assert meeting.places["en"] in stranger.page.title()
        stranger.reads(f"{meeting.symbols}1")
        stranger.page.goto("/meetings?lang=ar")
        stranger.reads(meeting.places["ar"])

    def a_note_is_drafted_and_submitted(self) -> None:
        anna, meeting = self.anna, self.meeting
        anna.follow("Notes verbales")
        anna.follow("Write a note")
        label = f"{meeting.number}. {meeting.places['en']}"
        options = anna.page.get_by_label("Meeting").locator("option").all_inner_texts()
        anna.choose("Meeting", next(each for each in options if each.startswith(label)))
        anna.type("Title in the office", meeting.title)
        anna.type_day("Deadline for responses", meeting.respond_by)
        anna.tick("States parties", off=True)
        anna.tick("Signatories", off=True)
        anna.type_day("Treaty status as at", AS_AT)
        anna.press("Begin the draft")
        self.note_url = anna.page.url
        for own_name in OWN_NAMES.values():
            anna.page.goto(self.note_url)
            anna.follow(own_name, within=anna.page.locator("main"))
            assert anna.page.get_by_label("Subject", exact=True).input_value()
        self._rehearse_and_submit("Rehearse")
        assert anna.page.get_by_role("link", name="Read and decide").count() == 0

    def _rehearse_and_submit(self, button: str) -> None:
        anna = self.anna
        anna.page.goto(self.note_url)
        anna.follow("Rehearse and submit")
        anna.press(button)
        anna.look_until("Rehearsed without problems")
        assert f"Copies that could be printed {ADDRESSED}" in anna.said()
        anna.press("Submit for clearance")
        anna.reads("The note is with the clearing officers now.")

    def it_comes_back_with_a_remark(self) -> None:
        self.otto = self._arrive(self._address("otto"))
        self._find_the_note(self.otto)
        self.otto.follow("Read and decide")
        for place in self.meeting.places.values():
            assert place in self.otto.said(), place
        self.otto.type("What should be changed", REMARK)
        self.otto.press("Return to the drafter")

    def _find_the_note(self, person: Person) -> None:
        """By the register, as somebody does who was told its title."""
        person.follow("Notes verbales")
        person.type("Reference or words of the title", self.meeting.title)
        person.press("Apply")
        person.follow(self.meeting.title)

    def it_is_corrected_and_cleared(self) -> None:
        anna = self.anna
        anna.page.goto(self.note_url)
        anna.reads(REMARK)
        anna.follow("English", within=anna.page.locator("main"))
        boxes = anna.page.get_by_role("textbox", name=re.compile(r"^Paragraph \d+$"))
        last = boxes.nth(boxes.count() - 2)  # behind it stands the closing courtesy
        last.fill(f"{last.input_value()} {ROOM}")
        anna.press("Save")
        self._rehearse_and_submit("Rehearse again")
        self._find_the_note(self.otto)
        self.otto.follow("Read and decide")
        self.otto.reads(ROOM)
        self.otto.press("Clear the note")
        self.otto.reads("The note is cleared. It can be issued.")

    def it_is_issued(self) -> None:
        anna = self.anna
        anna.page.goto(self.note_url)
        anna.follow("Issue the note")
        self.reference = anna.page.get_by_label("Reference", exact=True).input_value()
        assert re.fullmatch(r"CU \d{4}/\d+", self.reference)
        anna.press("Continue")
        assert f"{ADDRESSED} States" in anna.page.title()
        anna.reads(f"{ADDRESSED - len(MISSIONS)} States have no address")
        anna.press(f"Issue to {ADDRESSED} States")
        anna.reads(f"Issued as {self.reference}.")
        anna.reads("Nothing has been sent.")
        anna.follow("Confirm the dispatch")
        anna.press(f"Send {len(MISSIONS)} copies")
        anna.reads("The dispatch is confirmed.")
        anna.look_until(f"{len(MISSIONS)} handed over")

    def every_mission_gets_its_own_copy(self) -> None:
        self.codes: dict[str, str] = {}
        for mission in MISSIONS:
            mail = mail_to(self.mailbox, mission.email, self.reference)
            pdf = _attachment(mail)
            pages = "\n".join(reading.texts(pdf))
            plain = unicodedata.normalize("NFKC", pages)
            assert set(mission.printed.split()) <= set(plain.split()), pages
            assert self.reference in plain
            assert self.meeting.places[mission.language] in plain
            assert (ROOM in " ".join(plain.split())) == (mission.language == "en")
            found = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b", plain)
            assert found, pages
            assert found.group() in _text(mail)
            self.codes[mission.code] = found.group()
        assert len(set(self.codes.values())) == len(MISSIONS)

    def a_state_answers(self) -> None:
        self.focal_point = person = self._arrive(self._address("focal.point"))
        person.reads("You answer for Kenya")
        person.page.goto("/answer")
        card = person.page.locator(".govuk-summary-card", has_text=self.reference)
        assert card.count() == 1
        self._open_the_answer()
        person.follow("Central authority")
        person.type("Name of the authority", "Example Ministry of Justice")
        person.type("E-mail address", "central@authorities.example")
        person.press("Save and continue")
        person.press("This part is not needed")
        for number, name in ((1, "First"), (2, "Second")):
            row = person.page.get_by_role("group", name=f"Person {number}", exact=True)
            person.tick("Ms.", within=row)
            person.type("Given names", "Example", within=row)
            person.type("Family name", name, within=row)
            person.type("Title or post", "Prosecutor", within=row)
            person.type("Institution", "Example Office", within=row)
        person.tick("Head of delegation", within=row)
        person.press("Save and continue")
        person.reads("Note verbale of the mission")
        person.type("Reference of the mission's note", "No. 1/Example")
        scan = self.folder / "note-verbale.pdf"
        scan.write_bytes(a_pdf())
        person.attach("File (PDF, at most 20 MB)", scan)
        person.press("Save and continue")
        for words in ("Example Ministry of Justice", "Example First", "No. 1/Example"):
            person.reads(words)
        person.press("Send")
        person.reads("The secretariat has received the answer")

    def _open_the_answer(self) -> None:
        note_id = self.note_url.rpartition("/")[2]
        self.focal_point.page.locator(f"main a[href='/answer/{note_id}']").first.focus()
        with self.focal_point.page.expect_navigation():
            self.focal_point.page.keyboard.press("Enter")

    def the_answer_is_acknowledged(self) -> None:
        words = _text(mail_to(self.mailbox, self.focal_point.email, self.reference))
        for name in ("Kenya", "Example Ministry of Justice", "First", "Second"):
            assert name in words

    def a_paper_is_recorded(self) -> None:
        anna = self.anna
        anna.page.goto(self.note_url)
        anna.follow("Who responded")
        anna.follow("Record a response")
        anna.choose("State", "Mexico")
        anna.tick("On paper")
        anna.type_day("Day on which it came", date.today())  # noqa: DTZ011 - as an officer would
        anna.type("Reference of the mission's note", "No. 2/Example")
        scan = self.folder / "scan.pdf"
        scan.write_bytes(a_pdf(2))
        anna.attach("File (PDF, at most 20 MB)", scan)
        anna.press("Record")
        anna.reads("The response is recorded.")

    def the_board_counts_both(self) -> None:
        self.rosa = self._arrive(self._address("rosa"))
        self._find_the_note(self.rosa)
        self.rosa.follow("Who responded")
        said = self.rosa.said()
        for number, label in (
            (ADDRESSED, "Addressed"),
            (len(MISSIONS), "Handed over"),
            (2, "Answered in time"),
            (ADDRESSED - 2, "Awaited"),
            (0, "Overdue"),
        ):
            assert f"{number} {label}" in said
        assert self.rosa.page.get_by_role("link", name="Record a response").count() == 0

    def the_file_to_take_away_says_the_same(self) -> None:
        button = self.rosa.page.get_by_role("button", name="Export CSV")
        button.focus()
        with self.rosa.page.expect_download() as download:
            self.rosa.page.keyboard.press("Enter")
        content = Path(download.value.path()).read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(content)))
        header, lines = rows[0], rows[1:]
        assert len(lines) == ADDRESSED
        state, answered_at = header.index("State"), header.index("Answered (Vienna)")
        answered = {line[state] for line in lines if line[answered_at]}
        assert answered == {"Kenya", "Mexico"}

    def anybody_can_verify_the_copy(self) -> None:
        stranger = self._visit(javascript=self._javascript)
        stranger.page.goto("/verify")
        stranger.type("Code on the copy", self.codes["KEN"].lower().replace("-", " "))
        stranger.press("Verify")
        stranger.reads("The office issued this copy.")
        stranger.reads(self.reference)
        stranger.reads("the Republic of Kenya")

    def a_reminder_goes_to_those_who_did_not_respond(self) -> None:
        reminder = Reminder(self.anna.page, self.otto.page)
        reference = reminder.walk(self.note_url)
        silent = [each for each in MISSIONS if each.state not in ("Kenya", "Mexico")]
        self.anna.reads(f"{ADDRESSED - 2} addressees")
        for mission in silent:
            mail = mail_to(self.mailbox, mission.email, reference)
            printed = "\n".join(reading.texts(_attachment(mail)))
            # Read out of an Arabic line, the two parts of a reference come in either order.
            words = unicodedata.normalize("NFKC", printed).split()
            assert set(self.reference.split()) <= set(words)
        self.anna.page.goto(self.note_url)
        self.anna.reads(reference)


def _text(mail: CaughtMail) -> str:
    body = mail.message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _attachment(mail: CaughtMail) -> bytes:
    (attached,) = mail.message.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    return bytes(attached.get_content())
