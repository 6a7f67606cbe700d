"""What nobody foresaw: the page tells a number, and the log tells under it where it happened."""

import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from registration.permissions import ANYBODY, GRANTS


def _break(app: Flask, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**values: Any) -> str:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setitem(app.view_functions, endpoint, breaks)


def _logged(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    [line] = [each for each in capsys.readouterr().out.splitlines() if "unforeseen error" in each]
    told: dict[str, str] = json.loads(line)
    return told


def test_the_number_on_the_page_leads_to_the_place_in_the_program(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _break(app, "healthz", monkeypatch)
    answer = app.test_client().get("/healthz")
    told = _logged(capsys)
    assert answer.status_code == 500
    assert told["incident"] in answer.text
    assert "ZeroDivisionError" in told["exception"]
    assert "in breaks" in told["exception"]
    assert "ZeroDivisionError" not in answer.text


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("responses.particulars", "/particulars/TheSecretOfALink.0"),
        ("api.deadlines", "/api/v1/calendar/reg_TheSecretOfAKey.ics"),
    ],
)
def test_what_opens_something_does_not_go_into_the_log(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    endpoint: str,
    address: str,
) -> None:
    _break(app, endpoint, monkeypatch)
    program = replace(ANYBODY, grants=frozenset(GRANTS))
    monkeypatch.setitem(app.extensions, "find_key", lambda secret: program)
    app.test_client().get(address)
    assert "TheSecret" not in json.dumps(_logged(capsys)) + caplog.text
