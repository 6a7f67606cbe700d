"""Running the migrations of `migrations/` on a database, as the owner of its tables."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def _config(engine: sa.Engine | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    if engine is not None:
        config.attributes["engine"] = engine
    return config


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the tables up to a revision. `engine` connects as the owner."""
    command.upgrade(_config(engine), revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take the tables back to a revision; "base" removes them all."""
    command.downgrade(_config(engine), revision)


def revise(engine: sa.Engine, message: str) -> None:
    """Write a new migration with the difference between the models and the database."""
    command.revision(_config(engine), message, autogenerate=True)


def head() -> str:
    """The newest revision."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""
