"""A real Dovecot with mailboxes of its own: TLS on loopback, started and ended by the tests."""

import getpass
import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imap_tools.mailbox import MailBox

from tests.faults.certificates import server_context

PATIENCE = 60
PASSWORD = "a-password-of-the-tests"


@dataclass(frozen=True)
class Dovecot:
    """A running server. Any name signs in with the one password and has an empty mailbox."""

    port: int
    certificate: Path

    def url(self, name: str, password: str = PASSWORD) -> str:
        return f"imaps://{name}:{password}@localhost:{self.port}/INBOX"

    @contextmanager
    def mailbox(self, name: str) -> Iterator[MailBox]:
        """The mailbox as a person opens it."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        box = MailBox("localhost", self.port, timeout=20, ssl_context=context)
        with box.login(name, PASSWORD) as opened:
            yield opened

    def deliver(self, name: str, *contents: bytes) -> None:
        with self.mailbox(name) as box:
            for content in contents:
                box.append(content)


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """A server that runs while the block does."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    try:
        _, certificate = server_context(folder)
        port = _free_port()
        (folder / "dovecot.conf").write_text(_configuration(folder, port))
        (folder / "mail").mkdir()
        if os.getuid() == 0:  # no mailbox belongs to root
            folder.chmod(0o755)
            shutil.chown(folder / "mail", "nobody", "nogroup")
        process = subprocess.Popen(
            ["/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(process, port)
            yield Dovecot(port, certificate)
        finally:
            process.terminate()
            process.wait(PATIENCE)
    finally:
        shutil.rmtree(folder)


def _configuration(folder: Path, port: int) -> str:
    is_root = os.getuid() == 0
    user = "nobody" if is_root else getpass.getuser()
    group = "nogroup" if is_root else grp.getgrgid(os.getgid()).gr_name
    number = pwd.getpwnam(user).pw_uid
    return f"""
        base_dir = {folder}/run
        state_dir = {folder}/state
        log_path = {folder}/log
        protocols = imap
        auth_failure_delay = 0
        listen = 127.0.0.1
        default_internal_user = {user}
        default_login_user = {user}
        default_internal_group = {group}
        first_valid_uid = {number}
        first_valid_gid = 0
        mail_location = maildir:{folder}/mail/%u
        ssl = required
        ssl_cert = <{folder}/certificate.pem
        ssl_key = <{folder}/key.pem
        passdb {{
          driver = static
          args = password={PASSWORD}
        }}
        userdb {{
          driver = static
          args = uid={user} gid={group} home={folder}/mail/%u
        }}
        service anvil {{
          chroot =
          # Without a listener nobody is made to wait after a wrong password.
          unix_listener anvil-auth-penalty {{
            mode = 0
          }}
        }}
        service imap-login {{
          chroot =
          inet_listener imap {{
            port = 0
          }}
          inet_listener imaps {{
            port = {port}
            ssl = yes
          }}
        }}
    """


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, "dovecot ended"
        assert time.monotonic() < until, "dovecot did not start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
