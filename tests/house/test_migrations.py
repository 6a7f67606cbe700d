"""The migrations make exactly the tables of the models, and can be taken back."""

import re

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


def test_policies_ask_once_in_a_query_who_acts(owner_engine: sa.Engine) -> None:
    def policies() -> list[tuple[str, str, str]]:
        with owner_engine.connect() as connection:
            return [
                (table, name, f"{using} {check}")
                for table, name, using, check in connection.execute(
                    sa.text(
                        "select tablename, policyname, qual, with_check from pg_policies"
                        " order by 1, 2"
                    )
                )
            ]

    # `(select app_scope() = …)`, not `app_scope() = …`: a call is made again for each row, and its
    # result is guessed to let one row in a hundred pass.
    for_each_row = re.compile(r"(?<!SELECT )(?<!SELECT \()app_(scope|state)\(")
    quick = policies()
    assert len(quick) > 100
    assert [each for each in quick if for_each_row.search(each[2])] == []
    migration.downgrade(owner_engine, "0020")
    assert all(
        for_each_row.search(each[2]) for each in policies() if re.search("app_s[a-z]+", each[2])
    )
    assert not any("SELECT app_s" in each[2] for each in policies())
    migration.upgrade(owner_engine)
    assert policies() == quick


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
