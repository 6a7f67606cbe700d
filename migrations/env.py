"""Runs the migrations as the owner of the tables; the application itself owns nothing."""

from alembic import context

import registration.models  # noqa: F401  (fills the metadata)
from registration.db import Base, engine

bind = (
    context.config.attributes["engine"]
    if "engine" in context.config.attributes
    else engine(context.config.get_main_option("sqlalchemy.url") or "")
)

with bind.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
