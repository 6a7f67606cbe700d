"""The migrations make exactly the tables of the models, and can be taken back."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import registration.models  # noqa: F401
from registration import migration
from registration.db import Base


def test_migrations_equal_models(owner_engine: sa.Engine) -> None:
    with owner_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_down_to_nothing_and_up_again(owner_engine: sa.Engine) -> None:
    before = set(sa.inspect(owner_engine).get_table_names())
    migration.downgrade(owner_engine, "base")
    assert set(sa.inspect(owner_engine).get_table_names()) == {"alembic_version"}
    with owner_engine.connect() as connection:
        left = connection.scalars(
            sa.text(
                "select proname from pg_proc where pronamespace = 'public'::regnamespace"
                " and proname in ('app_scope', 'app_state', 'refuse_change', 'ring_the_bell')"
            )
        ).all()
    assert left == []
    migration.upgrade(owner_engine)
    assert set(sa.inspect(owner_engine).get_table_names()) == before


def test_every_table_is_under_row_security(
    owner_engine: sa.Engine,
) -> None:
    with owner_engine.connect() as connection:
        open_tables = set(
            connection.scalars(
                sa.text(
                    "select relname from pg_class where relnamespace = 'public'::regnamespace"
                    " and relkind = 'r' and not (relrowsecurity and relforcerowsecurity)"
                )
            )
        )
    assert open_tables == {"alembic_version"}  # of which the application may not read a row


def test_the_application_owns_nothing_and_bypasses_nothing(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        owned = connection.scalar(
            sa.text(
                "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner"
                " where r.rolname = current_user"
            )
        )
        rights = connection.execute(
            sa.text("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        ).one()
    assert owned == 0
    assert tuple(rights) == (False, False)
