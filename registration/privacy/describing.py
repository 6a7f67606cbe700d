"""The page of the docs that says what is kept of persons, made from the table."""

from registration.privacy.rules import KEPT, Kept

_HEAD = (
    "# Personal data\n\n"
    "What is kept of persons, why, and for how long: made from the table in"
    " `registration/privacy/rules.py` by"
    " `python3 dev.py flask personal-data > docs/personal-data.md`."
    " People read it under `/privacy`.\n\n"
    "A job takes away once a day, after three in the morning at the duty station, whatever is over:"
    " rows go, or lose their person while the count stays. Each purge is an event with a number and"
    " nothing else. A person sees and takes everything under “Your account”; administrators take it"
    " for somebody whom a State named. Who did something is kept by the number of the account, and"
    " loses the name with it. The journal keeps who acted, and States' notes verbales stay as they"
    " came: they are the record. Backups forget only when they are thrown away.\n\n"
    "| of whom | what for | kept in | fields | how long |\n"
    "| --- | --- | --- | --- | --- |\n"
)


def page() -> str:
    """The page as Markdown."""
    return _HEAD + "".join(f"{_row(each)}\n" for each in KEPT)


def _row(kept: Kept) -> str:
    fields = ", ".join(f"`{each}`" for each in kept.fields)
    return f"| {kept.whose} | {kept.why} | `{kept.table}` | {fields} | {_how_long(kept)} |"


def _how_long(kept: Kept) -> str:
    if kept.period is None:
        return "it stays"
    return f"{kept.period.days} days after {kept.since}" if kept.period else f"until {kept.since}"
