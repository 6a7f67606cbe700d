"""The stages of a nomination, and who heads a delegation."""

from collections.abc import Sequence
from enum import StrEnum

from registration.workflow import Workflow


class NominationStage(StrEnum):
    """Where a State's answer for one meeting stands."""

    DRAFT = "draft"
    NOMINATED = "nominated"
    IN_CORRECTION = "in_correction"  # sent once, being changed by the State again


class NominationAction(StrEnum):
    """What a focal point does with the answer."""

    CHANGE = "change"
    SUBMIT = "submit"


_S, _A = NominationStage, NominationAction

NOMINATION = Workflow(
    "nomination",
    initial=_S.DRAFT,
    moves={
        (_S.DRAFT, _A.CHANGE): _S.DRAFT,
        (_S.DRAFT, _A.SUBMIT): _S.NOMINATED,
        (_S.NOMINATED, _A.CHANGE): _S.IN_CORRECTION,
        (_S.NOMINATED, _A.SUBMIT): _S.NOMINATED,  # as it is, to another note about the meeting
        (_S.IN_CORRECTION, _A.CHANGE): _S.IN_CORRECTION,
        (_S.IN_CORRECTION, _A.SUBMIT): _S.NOMINATED,
    },
)


def new_head(heads: Sequence[bool]) -> int | None:
    """Which of several persons entered together heads the delegation: their place, if any.

    Raises ValueError where more than one is marked.
    """
    marked = [place for place, is_head in enumerate(heads) if is_head]
    if len(marked) > 1:
        raise ValueError("a delegation has one head")
    return marked[0] if marked else None
