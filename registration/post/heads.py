"""How the head of a message is written: every word of the subject arrives, and the spaces between.

Python's own folding of a long subject that is not ASCII drops spaces where one line ends and the
next begins (encoded words that stand side by side are read as one, RFC 2047, 6.2).
"""

from email.header import Header
from email.policy import SMTP, EmailPolicy


class WholeSubjects(EmailPolicy):
    """The library's policy, but for values that are not ASCII: these are encoded as one text."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header as it is sent, in lines of 76 characters at most."""
        if str(value).isascii():
            return super().fold_binary(name, value)
        # It counts a line one short where the name stands before it.
        header = Header(str(value), "utf-8", maxlinelen=75, header_name=name)
        encoded = header.encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}".encode("ascii")


# Every server on the way takes seven-bit lines; the library then chooses the shorter encoding.
POLICY = WholeSubjects(linesep=SMTP.linesep, cte_type="7bit")
