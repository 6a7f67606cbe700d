"""The stages of a nomination, and what it lacks."""

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
        (_S.IN_CORRECTION, _A.CHANGE): _S.IN_CORRECTION,
        (_S.IN_CORRECTION, _A.SUBMIT): _S.NOMINATED,
    },
)
