"""The shapes of what other programs read; the description of the API is made from them."""

from marshmallow import Schema, fields, validate

from registration.designations.rules import DesignationKind
from registration.reports.rules import Missing
from registration.responses.models import ResponseChannel
from registration.responses.rules import ResponseKind, Standing
from registration.states.models import RegionalGroup


class Problem(Schema):
    """Why a request was not answered."""

    status = fields.Integer(required=True)
    message = fields.String(required=True)
    problems = fields.Dict(required=True)


class StateName(Schema):
    """A State."""

    code = fields.String(required=True, metadata={"description": "three letters"})
    name = fields.String(required=True, metadata={"description": "in the language asked for"})
    regional_group = fields.Enum(RegionalGroup, by_value=True, required=True)


class NoteLine(Schema):
    """An issued note."""

    id = fields.UUID(required=True)
    reference = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    meeting = fields.String(required=True, metadata={"description": "the meeting's slug"})
    issued_on = fields.Date(required=True)
    respond_by = fields.Date(required=True, allow_none=True)


class StandingLine(Schema):
    """Where one State stands towards a note, or towards all notes of a meeting."""

    state = fields.Nested(StateName, required=True)
    standing = fields.Enum(Standing, by_value=True, required=True)
    handed_over_at = fields.AwareDateTime(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    is_late = fields.Boolean(
        required=True, metadata={"description": "answered after its last day, in part or wholly"}
    )
    extended_until = fields.Date(
        required=True, allow_none=True, metadata={"description": "the State's own last day"}
    )
    missing = fields.List(fields.Enum(Missing, by_value=True), required=True)
    days = fields.Integer(required=True, allow_none=True)


class ResponseLine(Schema):
    """One response of one State to a note."""

    id = fields.UUID(required=True)
    state = fields.Nested(StateName, required=True)
    kind = fields.Enum(ResponseKind, by_value=True, required=True)
    channel = fields.Enum(ResponseChannel, by_value=True, required=True)
    received_at = fields.AwareDateTime(required=True)
    mission_reference = fields.String(required=True)
    mission_note_date = fields.Date(required=True, allow_none=True)
    has_document = fields.Boolean(required=True)


class DesignationLine(Schema):
    """What a State designated, and from when until when."""

    id = fields.UUID(required=True)
    state = fields.Nested(StateName, required=True)
    kind = fields.Enum(DesignationKind, by_value=True, required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    institution = fields.String(required=True)
    email = fields.String(required=True)
    telephone = fields.String(required=True)
    address = fields.String(required=True)
    in_force_from = fields.AwareDateTime(required=True)
    in_force_until = fields.AwareDateTime(required=True, allow_none=True)


class GroupCount(Schema):
    """How many States of one regional group have each standing."""

    regional_group = fields.Enum(RegionalGroup, by_value=True, required=True)
    addressed = fields.Integer(required=True)
    standings = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class MeetingStatistics(Schema):
    """The figures of a meeting: of any of its notes to which responses are awaited."""

    meeting = fields.String(required=True)
    number = fields.Integer(required=True)
    year = fields.Integer(required=True)
    notes = fields.Integer(required=True)
    addressed = fields.Integer(required=True)
    standings = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    groups = fields.List(fields.Nested(GroupCount), required=True)


class NotesQuery(Schema):
    """Which notes to list."""

    meeting = fields.String(metadata={"description": "only of the meeting with this slug"})


class DesignationsQuery(Schema):
    """Which designations to list."""

    state = fields.String(
        validate=validate.Regexp(r"[A-Za-z]{3}\Z"), metadata={"description": "three letters"}
    )
    kind = fields.Enum(DesignationKind, by_value=True)
    in_force = fields.Boolean(
        load_default=True, metadata={"description": "false: also what was superseded or withdrawn"}
    )
