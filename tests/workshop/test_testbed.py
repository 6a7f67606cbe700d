"""What a test finds of the tests before it in its database: nothing."""

from __future__ import annotations

import psycopg
import pytest

from workshop.services import Cluster
from workshop.testbed import EMPTY, SEEDED, renew_database

A_ROW = "insert into tick (job, slot) values ('a job', now())"


@pytest.fixture
def name(database_name: str, cluster: Cluster) -> str:
    name = f"{database_name}_testbed"
    renew_database(cluster, name, template=EMPTY)
    return name


def ask(cluster: Cluster, name: str, question: str) -> object:
    with cluster.connect(name) as connection:
        [answer] = connection.execute(question.encode()).fetchone() or [None]
    return answer


def do(cluster: Cluster, name: str, *statements: str) -> None:
    with cluster.connect(name) as connection:
        connection.execute("set session_replication_role = replica")
        for statement in statements:
            connection.execute(statement.encode())


def number_of(cluster: Cluster, name: str) -> object:
    """It is another for another clone."""
    return ask(cluster, name, "select oid from pg_database where datname = current_database()")


def test_rows_and_numbers_are_gone_and_so_are_the_pages_they_were_on(cluster: Cluster, name: str):
    before = number_of(cluster, name)
    do(cluster, name, A_ROW, "select nextval('outbox_id_seq')")
    renew_database(cluster, name, template=EMPTY)
    assert number_of(cluster, name) == before
    assert ask(cluster, name, "select count(*) from tick") == 0
    assert ask(cluster, name, "select pg_relation_size('tick')") == 0
    assert ask(cluster, name, "select nextval('outbox_id_seq')") == 1


def test_rows_that_were_never_committed_leave_no_pages_either(cluster: Cluster, name: str):
    do(cluster, name, "begin", A_ROW, "rollback")
    assert ask(cluster, name, "select pg_relation_size('tick')") != 0
    renew_database(cluster, name, template=EMPTY)
    assert ask(cluster, name, "select pg_relation_size('tick')") == 0


@pytest.mark.parametrize(
    "change",
    [
        "create table kept as select 7 as number",
        "alter table event disable trigger all",
        "alter table event no force row level security",
        "grant delete on event to registration_app",
    ],
)
def test_a_changed_table_is_answered_with_another_clone(cluster: Cluster, name: str, change: str):
    before = number_of(cluster, name)
    do(cluster, name, change)
    renew_database(cluster, name, template=EMPTY)
    assert number_of(cluster, name) != before


def test_the_reference_data_are_cloned_and_stay_in_databases_of_their_own(
    cluster: Cluster, name: str
):
    renew_database(cluster, name, template=SEEDED)
    assert ask(cluster, name, "select count(*) from state") != 0
    renew_database(cluster, name, template=EMPTY)
    assert ask(cluster, name, "select count(*) from state") == 0


def test_whoever_still_uses_the_database_is_thrown_out(cluster: Cluster, name: str):
    with cluster.connect(name) as left:
        left.execute("select 1")
        renew_database(cluster, name, template=EMPTY)
        with pytest.raises(psycopg.OperationalError):
            left.execute("select 1")
