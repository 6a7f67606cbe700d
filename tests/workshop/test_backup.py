"""The backup of docs/operations.md brings back every row, the owners and the row-level security."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from workshop.services import SUPERUSER, Cluster, installed_postgres

TABLES_AND_RIGHTS = """
SELECT relname, pg_get_userbyid(relowner), relrowsecurity, relforcerowsecurity,
       has_table_privilege('registration_app', pg_class.oid, 'SELECT'),
       has_table_privilege('registration_app', pg_class.oid, 'INSERT'),
       has_table_privilege('registration_app', pg_class.oid, 'UPDATE'),
       has_table_privilege('registration_app', pg_class.oid, 'DELETE')
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
ORDER BY relname
"""
TRIGGERS = """
SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_functiondef(tgfoid)
FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2
"""
POLICIES = "SELECT tablename, policyname, qual, with_check FROM pg_policies ORDER BY 1, 2"
STATES = "SELECT * FROM state ORDER BY code"


@pytest.mark.reference_data
def test_a_restored_dump_holds_the_same_rows_and_rights(
    cluster: Cluster, fresh_database: str, tmp_path: Path
):
    programs = installed_postgres()[0].folder
    access = ["--host", cluster.run, "--username", SUPERUSER]
    environment = os.environ | {"PGPASSWORD": cluster.passwords[SUPERUSER]}
    dump, restored = tmp_path / "registration.dump", f"{fresh_database}_restored"
    subprocess.run(
        [programs / "pg_dump", *access, "--format=custom", f"--file={dump}", fresh_database],
        env=environment,
        check=True,
    )
    cluster.create_database(restored)
    subprocess.run(
        [programs / "pg_restore", *access, f"--dbname={restored}", "--clean", "--if-exists", dump],
        env=environment,
        check=True,
    )
    for question in (TABLES_AND_RIGHTS, POLICIES, TRIGGERS, STATES):
        before = answers(cluster, fresh_database, question)
        assert len(before) > 1
        assert answers(cluster, restored, question) == before
    cluster.drop_database(restored)


def answers(cluster: Cluster, database: str, question: str) -> list[Any]:
    with cluster.connect(database) as connection:
        return connection.execute(question).fetchall()
