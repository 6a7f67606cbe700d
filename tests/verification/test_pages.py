"""The pages on which an officer compares names with a note."""

import re
from uuid import UUID

from registration.verification import queries
from registration.verification.forms import FAULTS, LIKENESSES, STAGES, VERDICTS
from registration.verification.likeness import Likeness
from registration.verification.rules import SHOWN, Fault, Verdict
from tests.responses.browser import Browser, words
from tests.responses.conftest import World
from tests.verification.conftest import Answer, examine


def _at(nomination_id: UUID, part: str = "") -> str:
    return f"/verification/{nomination_id}" + (f"/{part}" if part else "")


def _names(page: str) -> list[str]:
    return sorted(set(re.findall(r'name="(name-[0-9a-f-]{36})"', page)))


def test_an_officer_compares_verifies_and_confirms(
    world: World, answer: Answer, anna: Browser, browser: Browser
) -> None:
    nomination_id = answer()
    assert "0 of 2" in anna.page("/verification")
    opened = anna.get("/verification").get_data(as_text=True)
    assert _at(nomination_id) in opened
    page = anna.get(_at(nomination_id)).get_data(as_text=True)
    pictures = re.findall(r'<img src="([^"]+/pages/\d)"', page)
    assert len(pictures) == 2
    for each in pictures:
        picture = anna.get(each)
        assert picture.content_type == "image/jpeg"
        assert picture.data.startswith(b"\xff\xd8\xff")
    assert anna.get(_at(nomination_id, "pages/3")).status_code == 404
    fields = dict.fromkeys(_names(page), "matches")
    assert len(fields) == 2
    saved = anna.post(_at(nomination_id), {**fields, "go": "verify"})
    assert saved.status_code == 303
    assert "To confirm" in anna.page(_at(nomination_id))
    confirmed = anna.post(_at(nomination_id, "confirm"), {}, seen=_at(nomination_id))
    assert confirmed.status_code == 303
    page = anna.page(_at(nomination_id))
    assert "The names are confirmed" in page
    assert "Confirmed" in browser.page("/answer")


def test_all_others_match_with_one_button(world: World, answer: Answer, anna: Browser) -> None:
    nomination_id = answer()
    page = anna.get(_at(nomination_id)).get_data(as_text=True)
    last = _names(page)[-1]
    anna.post(_at(nomination_id), {last: "not_in_note", "go": "all"})
    assert "2 of 2" in anna.page("/verification")
    assert "1 flag" in anna.page("/verification?flagged=1")


def test_what_is_open_is_said_and_nothing_typed_is_lost(
    world: World, answer: Answer, anna: Browser
) -> None:
    nomination_id = answer()
    page = anna.get(_at(nomination_id)).get_data(as_text=True)
    first = _names(page)[0]
    refused = anna.post(_at(nomination_id), {first: "other_post", "go": "verify"})
    assert refused.status_code == 422
    assert "Compare every name with the note first." in words(refused)
    assert re.search(
        rf'<input[^>]*checked[^>]*name="{first}"|name="{first}"[^>]*checked',
        refused.get_data(as_text=True),
    )


def test_a_second_officer_sees_what_the_first_found(
    world: World, answer: Answer, anna: Browser
) -> None:
    nomination_id = answer()
    page = anna.get(_at(nomination_id)).get_data(as_text=True)
    fields = dict.fromkeys(_names(page), "matches")
    stale = {"csrf_token": anna.token(), "version": "0", **fields}
    assert anna.send(_at(nomination_id), stale).status_code == 303
    again = anna.send(_at(nomination_id), stale)
    assert again.status_code == 409
    assert "Somebody else worked on this nomination" in words(again)


def test_a_second_click_is_harmless(world: World, answer: Answer, anna: Browser) -> None:
    nomination_id = answer()
    page = anna.get(_at(nomination_id)).get_data(as_text=True)
    fields = dict.fromkeys(_names(page), "matches")
    anna.post(_at(nomination_id), {**fields, "go": "verify"})
    version = re.search(
        r'name="version" value="(\d+)"', anna.get(_at(nomination_id)).get_data(as_text=True)
    )
    assert version is not None
    once = {"csrf_token": anna.token(), "version": version[1]}
    assert anna.send(_at(nomination_id, "confirm"), once).status_code == 303
    assert anna.send(_at(nomination_id, "confirm"), once).status_code == 303
    assert "done already" in anna.page(_at(nomination_id))


def test_a_nomination_is_returned_with_a_remark_that_its_state_reads(
    world: World, answer: Answer, anna: Browser, browser: Browser, niue: Browser
) -> None:
    nomination_id = answer()
    names = _names(anna.get(_at(nomination_id)).get_data(as_text=True))
    with world.office() as office:
        gruber = next(
            each.designation.id
            for each in queries.comparison(office, nomination_id).names
            if each.designation.name == "Eva Gruber"
        )
    assert f"name-{gruber}" in names
    anna.post(_at(nomination_id), {f"name-{gruber}": "spelled_differently"})
    empty = anna.post(_at(nomination_id, "return"), {"remark": ""}, seen=_at(nomination_id))
    assert empty.status_code == 422
    assert "Say what the State shall correct." in words(empty)
    returned = anna.post(
        _at(nomination_id, "return"), {"remark": "Who heads it?"}, seen=_at(nomination_id)
    )
    assert returned.status_code == 303
    assert "Nothing waits to be compared." in anna.page("/verification")
    assert "Who heads it?" in anna.page(_at(nomination_id))
    remarked = f"/answer/returned/{nomination_id}"
    assert remarked in browser.get(f"/answer/{world.note_id}").get_data(as_text=True)
    seen = browser.page(remarked)
    assert "Who heads it?" in seen
    assert "Eva Gruber Spelled differently" in seen
    assert niue.get(remarked).status_code == 404


def test_the_note_is_shown_once_it_was_examined(
    world: World, answer: Answer, anna: Browser
) -> None:
    nomination_id = answer(examined=False)
    assert "still being examined" in anna.page(_at(nomination_id))
    assert anna.get(_at(nomination_id, "note")).status_code == 409
    examine(world)
    note = anna.get(_at(nomination_id, "note"))
    assert note.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in note.headers["Content-Security-Policy"]
    note.close()


def test_who_only_reads_sees_no_button(world: World, answer: Answer, rosa: Browser) -> None:
    nomination_id = answer()
    page = rosa.get(_at(nomination_id)).get_data(as_text=True)
    assert "Eva Huber" in page
    assert "<button" not in page.split("<main", 1)[1].split("</main", 1)[0]


def test_everything_that_can_be_found_has_its_words() -> None:
    assert set(VERDICTS) == set(Verdict)
    assert set(FAULTS) == set(Fault)
    assert set(LIKENESSES) == set(Likeness)
    assert set(STAGES) == set(SHOWN)
