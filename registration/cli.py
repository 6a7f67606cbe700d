"""The application's own commands: `python3 dev.py flask <command>`."""

import json
import sys
from datetime import date

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import AppGroup

from registration import config, db, encrypted, migration, words
from registration.accounts import service as accounts
from registration.authorities.rules import REQUEST
from registration.config import Settings
from registration.delegations.rules import LINK, NOMINATION
from registration.documents.rules import EXAMINATION
from registration.errors import Refused
from registration.inbox.rules import INCOMING
from registration.notes.rules import LETTER, NOTE
from registration.permissions import Actor, Role, Scope, system
from registration.post.rules import MAILING, MESSAGE
from registration.privacy import describing
from registration.seed import reference
from registration.states import queries as states

database = AppGroup("database", help="Bring the tables up to date, as their owner.")


def _owner() -> str:
    url = Settings().owner_database_url
    if url is None:
        raise click.ClickException("Set REGISTRATION_OWNER_DATABASE_URL: only the owner migrates.")
    return url.get_secret_value()


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Run the migrations that are missing."""
    migration.upgrade(db.engine(_owner()), revision)


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take migrations back to a revision."""
    migration.downgrade(db.engine(_owner()), revision)


@database.command("revise")
@click.argument("message")
def revise(message: str) -> None:
    """Write a migration for what the models say and the database does not; read it before use."""
    migration.revise(db.engine(_owner()), message)


@click.command("seed")
def seed() -> None:
    """Add the reference facts: States, the meetings of the series and their documents."""
    with db.session_for(_engine(), system("seed")) as session:
        for line in reference.plant(session):
            click.echo(line)


@click.command("states")
@click.option("--on", "day", required=True, help="a day, YYYY-MM-DD")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
def states_on(day: str, as_json: bool) -> None:
    """How many States had which treaty status on a day."""
    counts = _counts(_day(day))
    if as_json:
        click.echo(json.dumps(counts))
        return
    for status, count in counts.items():
        click.echo(f"{count:>4}  {status}")


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value} is not a day like 2013-07-01") from None


def _counts(day: date) -> dict[str, int]:
    with db.session_for(_engine(), system("states")) as session:
        return {
            status.value: count for status, count in states.count_by_status(session, day).items()
        }


@click.command("demo")
def demo() -> None:
    """Do the main job with invented persons, beside the running worker and mail server."""
    from registration.seed import cast
    from registration.seed import demo as demonstration

    demonstration.run(cast.Demonstration(_engine(), click.echo, _bar))


def _bar(done: int, whole: int) -> None:
    if sys.stdout.isatty():
        filled = "█" * (40 * done // whole)
        click.echo(f"\r  {filled:░<40} {done} of {whole} ", nl=done == whole)


@click.command("sign-ins")
def sign_ins() -> None:
    """Who can sign in to the demonstration."""
    from registration.seed import cast
    from registration.seed import demo as demonstration

    for email, name in demonstration.sign_ins(_engine()):
        click.echo(f"  {email:<36} {name}")
    click.echo("Officers then give a second code: the page shows what their app would show.")
    click.echo(f"In an app of your own, the key {cast.APP_KEY} shows the same.")


@click.command("invite-administrator")
@click.argument("email")
@click.argument("name")
@click.option("--language", type=click.Choice(words.LANGUAGES), default="en")
def invite_administrator(email: str, name: str, language: str) -> None:
    """Invite an administrator, who then invites everybody else from the page of accounts."""
    whoever_is_here = Actor("command line", Scope.SYSTEM, roles=frozenset({Role.ADMINISTRATOR}))
    try:
        with db.session_for(_engine(), whoever_is_here) as session:
            account = accounts.open_account(
                session,
                email=email,
                name=name,
                roles=[Role.ADMINISTRATOR],
                language=language,
                address=config.current().base_url,
            )
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The invitation is on its way to {account.email}.")


@click.command("renew-encryption")
def renew_encryption() -> None:
    """Encrypt everything that is kept encrypted with the newest key."""
    config.use(Settings())
    with db.session_for(_engine(), system("encryption")) as session:
        count = encrypted.renew(session, db.Base.metadata)
    click.echo(f"{count} values are encrypted with the newest key.")


@click.command("workflows")
def workflows() -> None:
    """Print docs/workflows.md, drawn from the tables."""
    click.echo("# Workflows\n\nDrawn from the tables in each slice's `rules.py` by")
    click.echo("`python3 dev.py flask workflows > docs/workflows.md`.")
    answers = (NOMINATION, LINK, EXAMINATION, REQUEST)
    for workflow in (NOTE, LETTER, MAILING, MESSAGE, INCOMING, *answers):
        click.echo(f"\n## {workflow.name.capitalize()}\n\n```mermaid\n{workflow.mermaid()}\n```")


@click.command("personal-data")
def personal_data() -> None:
    """Print docs/personal-data.md, made from the table of what is kept of persons."""
    click.echo(describing.page(), nl=False)


def _engine() -> sa.Engine:
    return db.engine(Settings().database_url.get_secret_value())


def install(app: Flask) -> None:
    """Add the commands to the application."""
    for command in (
        database,
        seed,
        states_on,
        demo,
        sign_ins,
        invite_administrator,
        renew_encryption,
        workflows,
        personal_data,
    ):
        app.cli.add_command(command)
