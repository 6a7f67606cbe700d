"""What is deployed agrees with what is there: compose file, image, roles, list of packages."""

import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from registration.config import Settings
from workshop import bootstrap
from workshop.services import (
    APPLICATION,
    DATABASE,
    OWNER,
    SUPERUSER,
    Cluster,
    Home,
    PostgresServer,
    installed_postgres,
)

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = ("migrate", "web", "worker", "relay", "beat", "mail-catcher")
SETTINGS = {f"REGISTRATION_{name.upper()}": field for name, field in Settings.model_fields.items()}


def services() -> dict[str, dict[str, Any]]:
    return dict(YAML(typ="safe").load(COMPOSE)["services"])


def commands() -> list[tuple[str, str]]:
    """(service, one command), with the commands of the image for services that name none."""
    found = []
    for name in OURS:
        words = services()[name].get("command") or image_command(services()[name])
        shell = words[-1] if words[:2] == ["sh", "-c"] else " ".join(words)
        found += [(name, command.strip()) for command in shell.split("&&")]
    return found


def image_command(service: dict[str, Any]) -> list[str]:
    stage = DOCKERFILE.split(f" AS {service['build']['target']}\n")[1].split("\nFROM ")[0]
    found = re.search(r"^CMD (\[.*\])", stage.replace("\\\n", ""), re.MULTILINE)
    assert found is not None
    return list(YAML(typ="safe").load(found[1]))


def test_the_compose_file_obeys_the_compose_schema():
    checker = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE]
    done = subprocess.run(checker, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_process_of_the_house_has_its_service():
    assert set(services()) == {*OURS, "postgres", "valkey"}


@pytest.mark.parametrize(("service", "command"), commands())
def test_every_command_of_the_compose_file_exists(
    service: str, command: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    match command.split():
        case ["python", "-m", module, *_] | ["celery", "-A", module, *_]:
            importlib.import_module(module)
        case ["gunicorn", place, *_]:
            module, _, call = place.partition(":")
            assert callable(getattr(importlib.import_module(module), call.removesuffix("()")))
        case ["flask", "--app", module, *words]:
            app = importlib.import_module(module).create_app()
            group: Any = app.cli
            for word in words:
                group = group.commands[word]
        case _:
            pytest.fail(f"{service}: nobody checks {command!r}")


@pytest.mark.parametrize("service", OURS)
def test_every_setting_of_the_compose_file_is_a_setting_of_the_application(service: str):
    given = set(services()[service].get("environment", {}))
    assert given <= set(SETTINGS)


@pytest.mark.parametrize("service", ["migrate", "web", "worker", "relay", "beat"])
def test_no_service_starts_without_a_setting_that_has_no_default(service: str):
    required = {name for name, field in SETTINGS.items() if field.is_required()}
    assert required <= set(services()[service]["environment"])


def test_only_the_migration_gets_the_owners_password():
    holders = [
        name
        for name in OURS
        if "REGISTRATION_OWNER_DATABASE_URL" in services()[name].get("environment", {})
    ]
    assert holders == ["migrate"]


def test_no_value_of_the_compose_file_has_a_default():
    used = re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", COMPOSE.read_text())
    assert used
    assert {rest for _, rest in used} == {":?"}


def test_the_example_names_every_variable_and_gives_no_secret_away():
    lines = (ROOT / ".env.example").read_text().splitlines()
    example = dict(line.lstrip("#").split("=") for line in lines if re.match(r"#?[A-Z_]+=", line))
    compose = COMPOSE.read_text()
    used = set(re.findall(r"\$\{(\w+)", compose))
    passed_on = set(re.findall(r"^  (REGISTRATION_\w+):$", compose, re.MULTILINE))
    of_an_override = {"SEAL_KEY_PASSWORD"}  # docs/operations.md
    assert set(example) == used | passed_on | of_an_override
    assert set(example.values()) == {""}


@pytest.mark.parametrize("service", OURS)
def test_our_containers_are_read_only_and_without_privileges(service: str):
    settings = services()[service]
    assert settings["read_only"] is True
    assert settings["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in settings["security_opt"]


def test_the_database_of_the_compose_file_writes_no_rows_into_its_log():
    assert services()["postgres"]["command"] == ["postgres", "-c", "log_error_verbosity=terse"]


def test_everything_that_runs_on_is_watched_and_started_again():
    for name, settings in services().items():
        if name == "migrate":
            continue
        assert settings["restart"] == "unless-stopped", name
        # beat has nothing that could be asked; it ends when it fails, and is started again.
        assert ("healthcheck" in settings) is (name != "beat"), name


def test_what_the_image_copies_is_there():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert copied
    for place in " ".join(copied).split():
        assert (ROOT / place).exists(), place
        assert f"!{place}" in (ROOT / ".dockerignore").read_text().splitlines()


def test_image_and_ci_read_the_one_list_of_packages():
    run = subprocess.run(
        ["awk", '$1 == "run" { print $2 }', ROOT / "packages.txt"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert run == bootstrap.packages_for("run")
    assert "packages.txt" in DOCKERFILE
    assert "packages.txt" in (ROOT / ".ci" / "run").read_text()


def test_the_image_and_a_clone_install_the_same_uv():
    assert bootstrap.UV in DOCKERFILE


@pytest.fixture(params=installed_postgres(), ids=lambda programs: f"postgresql-{programs.major}")
def new_cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="registration-roles-"))
    folder.chmod(0o755)
    passwords = {SUPERUSER: "top", OWNER: "own", APPLICATION: "app"}
    server = PostgresServer(Home.under(folder), request.param, passwords, fast=True)
    server.start()
    yield server.cluster
    server.stop()
    shutil.rmtree(folder)


def psql() -> Path:
    return next(path for one in installed_postgres() if (path := one.folder / "psql").exists())


def test_the_image_of_postgresql_gets_the_same_roles_as_an_instance(new_cluster: Cluster):
    environment = os.environ | {
        "PATH": f"{psql().parent}{os.pathsep}{os.environ['PATH']}",
        "POSTGRES_USER": SUPERUSER,
        "DB_OWNER_PASSWORD": new_cluster.passwords[OWNER],
        "DB_APP_PASSWORD": new_cluster.passwords[APPLICATION],
        "PGHOST": new_cluster.run,
        "PGPASSWORD": new_cluster.passwords[SUPERUSER],
    }
    subprocess.run(["sh", ROOT / "deploy" / "create-roles.sh"], env=environment, check=True)
    made = _roles_and_rights(new_cluster)
    new_cluster.drop_database(DATABASE)
    with new_cluster.connect() as connection:
        connection.execute(f"DROP ROLE {OWNER}, {APPLICATION}")
    new_cluster.create_roles()
    new_cluster.create_database()
    assert made == _roles_and_rights(new_cluster)


def _roles_and_rights(cluster: Cluster) -> list[Any]:
    with cluster.connect() as connection:
        return connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,"
            "       rolcanlogin, datname, datacl::text, pg_get_userbyid(datdba), datcollate,"
            "       pg_encoding_to_char(encoding)"
            "  FROM pg_roles, pg_database"
            " WHERE rolname LIKE 'registration%%' AND datname = %s ORDER BY rolname",
            (DATABASE,),
        ).fetchall()
