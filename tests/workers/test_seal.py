"""A worker whose seal is not as configured does not begin."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.letters.sealing import a_certificate

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(300)
def test_a_worker_with_an_expired_certificate_says_so_and_ends(
    environment: dict[str, str], tmp_path: Path
) -> None:
    kept = a_certificate(last=datetime(2014, 1, 1, tzinfo=UTC))
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key.write_bytes(kept.key_file())
    certificate.write_bytes(kept.certificate_file)
    ended = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "workers.app", "worker", "--concurrency", "1"],
        cwd=ROOT,
        env={
            **os.environ,
            **environment,
            "REGISTRATION_SEAL_KEY": str(key),
            "REGISTRATION_SEAL_CERTIFICATE": str(certificate),
        },
        capture_output=True,
        text=True,
        timeout=240,  # it makes itself nice to all others before it looks
        check=False,
    )
    assert ended.returncode != 0
    assert "The certificate of the seal expired on 31/12/2013." in ended.stderr
