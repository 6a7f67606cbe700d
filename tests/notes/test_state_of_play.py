"""What a reminder tells a State of its own state of play, in six languages."""

from datetime import date
from itertools import product

import pytest

from registration.notes.state_of_play import Came, Missing, Play, neutral, said
from registration.words import LANGUAGES

FIRST, LATER = date(2013, 7, 1), date(2013, 9, 3)

each_language = pytest.mark.parametrize("language", LANGUAGES)


@each_language
def test_each_state_of_play_has_words_of_its_own_in_every_language(language: str) -> None:
    plays = [
        Play(),
        *(Play(((what, FIRST),)) for what in Came),
        *(Play(((Came.ANSWER, FIRST),), (what,)) for what in Missing if what != Missing.ANSWER),
        Play(((Came.ANSWER, FIRST),), ()),
    ]
    words = [said(play, language) for play in plays]
    assert len({*words, neutral(language)}) == len(plays) + 1
    assert not any("{" in each or not each.strip() for each in words)


@each_language
def test_what_came_is_said_with_its_day_and_what_is_missing_after_it(language: str) -> None:
    for what, lacking in product(Came, (Missing.NOTE, Missing.HEAD)):
        came = said(Play(((what, LATER),), ()), language)
        whole = said(Play(((what, LATER),), (lacking, Missing.CENTRAL_AUTHORITY)), language)
        assert "2013" in came
        assert whole.startswith(came)
        assert len(whole) > len(came)


def test_in_english_it_reads_as_a_note_does() -> None:
    assert said(Play(((Came.ACKNOWLEDGEMENT, FIRST), (Came.QUESTION, LATER))), "en") == (
        "An acknowledgement of that note was received on 1 July 2013. A question concerning that"
        " note was received on 3 September 2013. According to the records of the Secretariat, no"
        " reply to that note had been received when the present note was issued."
    )
    assert said(Play(((Came.ANSWER, FIRST),), (Missing.NOTE, Missing.HEAD)), "en") == (
        "A reply to that note was received on 1 July 2013. When the present note was issued, the"
        " following was still awaited: the note verbale confirming the reply; the name of the head"
        " of delegation."
    )
