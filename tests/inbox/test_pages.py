"""The pages of incoming mail: Rosa reads, Anna matches, files and puts aside, and says why."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from registration import config, db
from registration.documents import passage
from registration.documents.models import Examination
from registration.inbox import forms, service
from registration.inbox.models import Incoming
from registration.inbox.rules import Evidence, IncomingStage, Kind, Mailbox
from registration.journal.models import Event
from registration.post import handover, settling
from registration.post.tokens import Road
from registration.states.models import MissionAddress
from registration.web import told
from registration.words import OWN_SENTENCES, sentence
from tests import builders as make
from tests.applications import Applications
from tests.documents.making import plain
from tests.inbox import mails
from tests.inbox.conftest import PROGRAM, Office
from workers.unit import KILLED


@pytest.fixture
def app(office: Office, applications: Applications) -> Flask:
    return applications.on(config.current())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found, name
    return found[1]


def act(client: FlaskClient, mail: Incoming, verb: str, **values: str) -> tuple[int, str]:
    page = client.get(f"/mail/incoming/{mail.id}").text
    sent = {name: hidden(page, name) for name in ("csrf_token", "version")} | values
    answer = client.post(f"/mail/incoming/{mail.id}/{verb}", data=sent, follow_redirects=True)
    return answer.status_code, answer.text


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main")[1]).split())


def test_a_mail_is_shown_with_whose_it_is_and_how_sure_that_is(app: Flask, office: Office) -> None:
    mail = office.take_in(mails.in_arabic_with_a_scan(office.token(Road.REPLY)))
    page = make.a_browser(app, office.rosa).get(f"/mail/incoming/{mail.id}").text
    told = words_of(page)
    assert "Sure It came to an address that only our message to this State named." in told
    assert "CU 2013/175" in told
    assert "تهدي البعثة الدائمة" in told
    assert "Being examined" in told
    assert "Record a response from it" not in told  # Rosa only reads
    drafter = make.a_browser(app, office.anna).get(f"/mail/incoming/{mail.id}").text
    assert f"/notes/{office.note.id}/responses/record?state=AUT&amp;mail={mail.id}" in drafter


def test_a_scan_is_given_out_once_it_passed_the_quarantine(app: Flask, office: Office) -> None:
    mail = office.take_in(mails.in_arabic_with_a_scan(office.token(Road.REPLY)))
    client, address = make.a_browser(app, office.rosa), f"/mail/incoming/{mail.id}/files/1"
    assert client.get(address).status_code == 409
    with db.session_for(office.engine, PROGRAM) as session:
        passage.examine(session, session.scalars(sa.select(Examination.document_id)).one())
    answer = client.get(address)
    assert (answer.status_code, answer.data) == (200, plain())
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get(f"/mail/incoming/{mail.id}/files/2").status_code == 404


def test_what_a_stranger_wrote_does_nothing_on_the_page(app: Flask, office: Office) -> None:
    hostile = mails.written(
        subject="<script>alert(1)</script>", text="", sender='"<img src=x>" <x@y.example>'
    )
    hostile.set_content(
        '<style>p{}</style><p onclick="x()">Read &lt;b&gt;<script>alert(2)</script></p>',
        subtype="html",
    )
    mail = office.take_in(hostile.as_bytes())
    page = make.a_browser(app, office.rosa).get(f"/mail/incoming/{mail.id}").text
    assert mail.text == "Read <b>"
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "Read &lt;b&gt;" in page


def test_an_unmatched_mail_is_listed_and_laid_beside_a_state_by_hand(
    app: Flask, office: Office
) -> None:
    mail = office.take_in(mails.written("somebody@elsewhere.example").as_bytes())
    client = make.a_browser(app, office.anna)
    assert str(mail.id) in client.get("/mail/incoming").text
    status, page = act(client, mail, "match", state="PAN", note=str(office.note.id))
    assert status == 422
    assert "This note was not addressed to this State." in page
    status, page = act(client, mail, "match", state="NIU", note=str(office.note.id))
    assert status == 200
    found = office.incoming(mail.id)
    assert (found.stage, found.evidence) == (IncomingStage.MATCHED, Evidence.BY_HAND)
    assert (found.state_code, found.note_id) == ("NIU", office.note.id)
    for where in ("?state=NIU", f"?note={office.note.id}", "?stage=matched"):
        assert str(mail.id) in client.get(f"/mail/incoming{where}").text
    assert str(mail.id) not in client.get("/mail/incoming").text


def test_a_mail_is_put_aside_for_a_reason_and_can_be_taken_up(app: Flask, office: Office) -> None:
    mail = office.take_in(mails.written("somebody@elsewhere.example").as_bytes())
    client = make.a_browser(app, office.anna)
    status, page = act(client, mail, "decide", decision="put_aside", reason=" ")
    assert status == 422
    assert "Say why." in page
    assert (
        act(client, mail, "decide", decision="put_aside", reason="An offer of carpets.")[0] == 200
    )
    assert office.incoming(mail.id).remark == "An offer of carpets."
    assert act(client, mail, "take-up")[0] == 200
    assert office.incoming(mail.id).stage is IncomingStage.UNMATCHED
    with db.open_session(office.engine, PROGRAM) as session:
        told = session.scalars(
            sa.select(Event.actor_name).where(Event.kind == "incoming.put_aside")
        )
        assert told.all() == [office.anna.name]


def test_who_comes_second_is_told_that_somebody_else_was_there(app: Flask, office: Office) -> None:
    mail = office.take_in(mails.written("somebody@elsewhere.example").as_bytes())
    client = make.a_browser(app, office.anna)
    assert act(client, mail, "match", state="AUT")[0] == 200
    status, page = act(client, mail, "decide", decision="file", reason="Done.", version="2")
    assert status == 409
    assert "Somebody else has dealt with this mail meanwhile." in page
    assert office.incoming(mail.id).stage is IncomingStage.MATCHED


def test_what_only_reads_cannot_act(app: Flask, office: Office) -> None:
    mail = office.take_in(mails.written().as_bytes())
    app.config["WTF_CSRF_ENABLED"] = False
    client = make.a_browser(app, office.rosa)
    for verb in ("match", "decide", "take-up"):
        assert client.post(f"/mail/incoming/{mail.id}/{verb}").status_code == 403


def a_suspect(office: Office) -> MissionAddress:
    office.take_in(mails.delivery_report(office.token(Road.BOUNCE)), Mailbox.BOUNCES)
    with db.open_session(office.engine, PROGRAM) as session:
        return session.scalars(
            sa.select(MissionAddress).where(MissionAddress.suspect_since.is_not(None))
        ).one()


def settle(
    client: FlaskClient, address: MissionAddress, verb: str, **values: str
) -> tuple[int, str]:
    where = f"/states/AUT/mission/addresses/{address.id}"
    token = hidden(client.get(f"{where}/suspect").text, "csrf_token")
    sent = {"csrf_token": token, **values}
    answer = client.post(f"{where}/{verb}", data=sent, follow_redirects=True)
    return answer.status_code, answer.text


def test_a_suspect_address_is_shown_and_marked_as_right_again(app: Flask, office: Office) -> None:
    address, client = a_suspect(office), make.a_browser(app, office.anna)
    for where in ("/states/AUT", "/states/suspect-addresses"):
        assert address.email in client.get(where).text
    assert "Suspect" in client.get("/states/AUT").text
    dispatch = client.get(f"/notes/{office.note.id}/dispatch").text
    assert "delivers nothing to 1 of these addresses" in dispatch
    assert settle(client, address, "right-again", reason="")[0] == 422
    status, page = settle(client, address, "right-again", reason="Confirmed by telephone.")
    assert status == 200
    assert "Settle the doubt" not in page
    assert address.email not in words_of(client.get("/states/suspect-addresses").text)


def test_a_suspect_address_is_replaced_by_another(app: Flask, office: Office) -> None:
    address, client = a_suspect(office), make.a_browser(app, office.anna)
    new = {"email": "new@missions.example", "source": "Note No. 4", "as_at": "2013-07-02"}
    assert settle(client, address, "replace", **new | {"email": address.email})[0] == 422
    status, page = settle(client, address, "replace", **new)
    assert status == 200
    assert "new@missions.example" in page
    with db.open_session(office.engine, PROGRAM) as session:
        in_use = session.scalars(
            sa.select(MissionAddress.email).where(
                MissionAddress.state_code == "AUT", MissionAddress.ended_at.is_(None)
            )
        )
        assert in_use.all() == ["new@missions.example"]


def test_what_the_program_kept_in_english_is_said_in_the_language_of_the_reader(
    app: Flask,
) -> None:
    kept = (service.UNREADABLE, service.RECORDED, service.UNEXPLAINED)
    of_mail = (handover.STOPPED, handover.WITHHELD, settling.ACCEPTED_BY_LOG, KILLED)
    assert {*kept, *of_mail, settling.ABSENT_IN_LOG, sentence("To clear")} <= OWN_SENTENCES
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert "clear" not in told("To clear")
        assert told("550 <no> such user") == "<bdi>550 &lt;no&gt; such user</bdi>"


def test_a_delivery_report_tells_of_each_address(app: Flask, office: Office) -> None:
    report = mails.delivery_report(office.token(Road.BOUNCE))
    mail = office.take_in(report, Mailbox.BOUNCES)
    page = make.a_browser(app, office.rosa).get(f"/mail/incoming/{mail.id}").text
    assert f"Not delivered: {mails.MISSION} 5.1.1 smtp; 550" in words_of(page)


def test_the_list_leaves_as_it_was_chosen_and_its_leaving_is_on_record(
    app: Flask, office: Office
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    office.take_in(mails.written("somebody@gmail.com", subject="=SUM(A1)").as_bytes())
    office.take_in(mails.in_arabic_with_a_scan(office.token(Road.REPLY)))
    rosa = make.a_browser(app, office.rosa)
    assert "/mail/incoming/export?stage=unmatched" in rosa.get("/mail/incoming").text
    unmatched = rosa.post("/mail/incoming/export?stage=unmatched").text.splitlines()
    assert unmatched[0].endswith('"State","Note","Stage","How sure","Files"')
    assert len(unmatched) == 2
    assert "somebody@gmail.com" in unmatched[1]
    assert '"=SUM' not in unmatched[1]
    of_state = rosa.post("/mail/incoming/export?state=AUT").text
    assert '"CU 2013/175","To act on","Sure",' in of_state
    with db.open_session(office.engine, PROGRAM) as session:
        told = session.scalars(
            sa.select(Event.detail).where(Event.kind == "export.made").order_by(Event.id)
        ).all()
    assert [each["rows"] for each in told] == [1, 1]
    assert told[1]["state"] == "AUT"


def test_a_reason_is_shown_whole_whatever_stands_in_it(app: Flask) -> None:
    said = Incoming(kind=Kind.DELIVERY_REPORT, remark="They called: it is settled")
    reported = Incoming(kind=Kind.DELIVERY_REPORT, remark="failed: mission@a.example: no such user")
    with app.test_request_context():
        assert [each.striptags() for each in forms.remarks(said)] == ["They called: it is settled"]
        assert [each.striptags() for each in forms.remarks(reported)] == [
            "Not delivered: mission@a.example: no such user"
        ]
