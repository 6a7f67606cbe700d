"""Every workflow is a table, and every stage of it can be reached."""

from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from registration.authorities.rules import REQUEST, RequestAction, RequestStage
from registration.delegations.rules import (
    LINK,
    NOMINATION,
    LinkAction,
    LinkStage,
    NominationAction,
    NominationStage,
)
from registration.documents.rules import EXAMINATION, ExaminationAction, ExaminationStage
from registration.errors import IllegalMove
from registration.inbox.rules import INCOMING, IncomingAction, IncomingStage
from registration.notes.rules import (
    LETTER,
    NOTE,
    LetterAction,
    LetterStage,
    NoteAction,
    NoteStage,
)
from registration.post.rules import (
    MAILING,
    MESSAGE,
    MailingAction,
    MailingStage,
    MessageAction,
    MessageStage,
)
from registration.workflow import Workflow

WORKFLOWS: list[tuple[Workflow[Any, Any], type[StrEnum], type[StrEnum]]] = [
    (NOTE, NoteStage, NoteAction),
    (LETTER, LetterStage, LetterAction),
    (MAILING, MailingStage, MailingAction),
    (MESSAGE, MessageStage, MessageAction),
    (INCOMING, IncomingStage, IncomingAction),
    (NOMINATION, NominationStage, NominationAction),
    (LINK, LinkStage, LinkAction),
    (EXAMINATION, ExaminationStage, ExaminationAction),
    (REQUEST, RequestStage, RequestAction),
]
BY_NAME = pytest.mark.parametrize(
    ("workflow", "stages", "actions"), WORKFLOWS, ids=[each[0].name for each in WORKFLOWS]
)


@BY_NAME
def test_every_stage_is_reachable_and_every_action_used(
    workflow: Workflow[Any, Any], stages: type[StrEnum], actions: type[StrEnum]
) -> None:
    assert workflow.reachable() == set(stages)
    assert {action for _, action in workflow.moves} == set(actions)


@BY_NAME
def test_what_is_not_in_the_table_is_refused(
    workflow: Workflow[Any, Any], stages: type[StrEnum], actions: type[StrEnum]
) -> None:
    for stage, action in product(stages, actions):
        if (stage, action) in workflow.moves:
            assert workflow.after(stage, action) is workflow.moves[stage, action]
        else:
            with pytest.raises(IllegalMove):
                workflow.after(stage, action)


def test_an_uncertain_message_is_never_claimed_again_by_itself() -> None:
    assert MessageAction.CLAIM not in MESSAGE.actions(MessageStage.UNCERTAIN)


def test_an_issued_note_has_no_way_back() -> None:
    assert NOTE.actions(NoteStage.ISSUED) == ()
