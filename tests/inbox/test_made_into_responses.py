"""A response is made of a mail that came in: with its day, its State and its file, and once."""

import re

import sqlalchemy as sa
from flask import Flask

from registration import clock, db
from registration.documents import passage
from registration.documents.models import Examination
from registration.inbox.models import Incoming
from registration.inbox.rules import IncomingStage
from registration.post.tokens import Road
from registration.responses.models import Response, ResponseChannel
from tests import builders as make
from tests.inbox import mails
from tests.inbox.conftest import PROGRAM, Office
from tests.inbox.test_pages import app, hidden, words_of

__all__ = ["app"]


def test_two_clicks_make_a_response_of_a_mail_with_its_file_as_the_scan(
    app: Flask, office: Office
) -> None:
    mail = office.take_in(mails.in_arabic_with_a_scan(office.token(Road.REPLY)))
    with db.session_for(office.engine, PROGRAM) as session:
        passage.examine(session, session.scalars(sa.select(Examination.document_id)).one())
    anna = make.a_browser(app, office.anna)
    address = f"/notes/{office.note.id}/responses/record?state=AUT&mail={mail.id}"
    page = anna.get(address).text
    assert "is kept as the scan" in words_of(page)
    day = clock.day_of(mail.received_at)
    boxes = re.findall(r'name="received_on"[^>]* value="(\d+)"', page)
    assert [int(each) for each in boxes] == [day.day, day.month, day.year]
    typed = {
        "csrf_token": hidden(page, "csrf_token"),
        "state": "AUT",
        "kind": "nomination",
        "channel": "email",
        "received_on": [str(day.day), str(day.month), str(day.year)],
    }
    for _ in range(2):  # a double click
        assert anna.post(address, data=typed).status_code == 303
    with db.session_for(office.engine, PROGRAM) as session:
        response = session.scalars(sa.select(Response)).one()
        stage = session.get_one(Incoming, mail.id).stage
    assert (response.state_code, response.channel) == ("AUT", ResponseChannel.EMAIL)
    assert response.document_id is not None
    assert stage is IncomingStage.FILED
