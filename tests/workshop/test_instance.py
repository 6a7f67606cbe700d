"""One instance: held by one process, its secrets its own, its environment complete."""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from registration.config import Settings
from workshop.errors import WorkshopError
from workshop.instance import LOOPBACK, Instance, Ports

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="registration-instance-"))
    path.chmod(0o755)
    yield path / "instance"
    shutil.rmtree(path)


def an_instance(folder: Path, *, demo: bool = True) -> Instance:
    return Instance(folder, Ports.any_free(), demo=demo)


def test_an_instance_is_held_by_one_process_at_a_time(folder: Path):
    with (
        an_instance(folder).held(),
        pytest.raises(WorkshopError, match="running already"),
        an_instance(folder).held(),
    ):
        pytest.fail("two processes held one instance")
    with an_instance(folder).held():
        assert an_instance(folder).is_held()
    assert not an_instance(folder).is_held()


def test_an_instance_that_never_was_is_not_held(folder: Path):
    assert not an_instance(folder).is_held()


def test_secrets_are_made_once_and_only_for_their_owner(folder: Path):
    with (first := an_instance(folder)).held():
        before = first.environment()
    with (second := an_instance(folder)).held():
        after = second.environment()
    assert before["REGISTRATION_SECRET_KEY"] == after["REGISTRATION_SECRET_KEY"]
    assert (folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    secrets = json.loads((folder / "secrets.json").read_text()).values()
    assert len(set(secrets)) == 5
    assert min(map(len, secrets)) >= 32


def test_two_instances_share_no_secret(folder: Path):
    keys = set()
    for name in ("one", "two"):
        with (instance := an_instance(folder / name)).held():
            keys.add(instance.environment()["REGISTRATION_SECRET_KEY"])
    assert len(keys) == 2


def test_mail_files_and_logs_are_closed_to_other_users(folder: Path):
    with an_instance(folder).held():
        for name in ("mail", "store", "logs"):
            assert (folder / name).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("demo", [True, False])
def test_the_application_accepts_the_environment_and_misses_nothing(
    folder: Path, demo: bool, monkeypatch: pytest.MonkeyPatch
):
    with (instance := an_instance(folder, demo=demo)).held():
        for name, value in instance.environment().items():
            monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.demo is demo
    assert (settings.demo_clock is not None) is demo
    given = {name for name in instance.environment() if name.startswith("REGISTRATION_")}
    known = {f"REGISTRATION_{name.upper()}" for name in Settings.model_fields}
    assert given <= known
    # What a demonstration has no use for: it reads no mailbox, scans nothing, seals and signs
    # nothing, withholds nothing, and its mail catcher need not be spared.
    optional = {
        "REGISTRATION_ARCHIVE_ADDRESS",
        "REGISTRATION_ARCHIVE_MAILBOX",
        "REGISTRATION_BOUNCE_MAILBOX",
        "REGISTRATION_CLAMAV",
        "REGISTRATION_DKIM_DOMAIN",
        "REGISTRATION_DKIM_KEY",
        "REGISTRATION_DKIM_SELECTOR",
        "REGISTRATION_MAIL_ONLY_TO",
        "REGISTRATION_MAIL_PER_MINUTE",
        "REGISTRATION_REPLY_MAILBOX",
        "REGISTRATION_SEAL_CERTIFICATE",
        "REGISTRATION_SEAL_KEY",
        "REGISTRATION_SEAL_KEY_PASSWORD",
    }
    assert known - given - optional == (set() if demo else {"REGISTRATION_DEMO_CLOCK"})


def test_a_busy_port_is_named_with_the_way_round_it():
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(WorkshopError, match=f"Port {port} is in use") as refused:
            Ports(port, port + 1, port + 2).require_free("python3 dev.py up --empty")
    command, _, other = refused.value.mend.rpartition(" ")
    assert command == "python3 dev.py up --empty --port"
    assert int(other) > port


def refused_up(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "workshop", "up", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr.strip()


def test_a_failure_that_can_be_mended_is_one_sentence_and_no_traceback(folder: Path):
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        code, said = refused_up("--folder", str(folder), "--port", str(port))
    assert code == 1
    assert said.startswith(f"Port {port} is in use")
    assert f"To mend it: python3 dev.py up --folder {folder} --port " in said


@pytest.mark.parametrize("port", ["80", "65535", "web"])
def test_a_port_that_cannot_be_is_refused_in_words(port: str):
    code, said = refused_up("--port", port)
    assert code == 2
    assert said.endswith("argument --port: a number from 1024 to 65500 is needed")


def test_a_folder_that_cannot_be_written_in_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    code, said = refused_up("--folder", str(tmp_path / "file" / "instance"))
    assert code == 1
    assert said.startswith(f"You cannot write in {tmp_path / 'file' / 'instance'}")
    assert said.endswith("To mend it: python3 dev.py up --folder A_FOLDER_OF_YOURS")


def test_two_who_look_for_free_ports_find_others_that_the_system_gives_to_nobody():
    first, second = Ports.any_free(), Ports.any_free()
    assert not {first.web, first.mail_page, first.smtp} & {second.web, second.mail_page}
    ephemeral = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert max(first.web, first.smtp, second.web, second.smtp) < ephemeral
