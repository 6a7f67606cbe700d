"""What is taken as a file from outside, and why another is not."""

from enum import StrEnum


class Flaw(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NOT_PDF = "not_pdf"
    TWO_IN_ONE = "two_in_one"  # a PDF that is also an archive or a page
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    SCRIPT = "script"
    LAUNCH = "launch"
    ATTACHMENT = "attachment"
    TOO_LONG = "too_long"


SIZE_LIMIT = 20 * 2**20
PAGE_LIMIT = 200
