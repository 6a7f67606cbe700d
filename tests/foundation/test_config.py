"""Settings are refused where a secret is missing or weak."""

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from registration.config import Settings

GOOD_KEY = "Zm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OS1hYmNkZWY="
GOOD = {
    "REGISTRATION_DATABASE_URL": "postgresql://registration_app@/registration",
    "REGISTRATION_BROKER_URL": "redis://127.0.0.1",
    "REGISTRATION_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
    "REGISTRATION_ENCRYPTION_KEYS": GOOD_KEY,
    "REGISTRATION_BASE_URL": "https://registration.example.org/",
    "REGISTRATION_STORE_DIR": "/srv/store",
    "REGISTRATION_SMTP_URL": "smtp://mail.example:25",
    "REGISTRATION_MAIL_SENDER": "secretariat@registration.example",
}


@pytest.fixture(autouse=True)
def _nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def test_good_settings_are_taken() -> None:
    settings = Settings()
    assert settings.base_url == "https://registration.example.org"
    assert settings.host == "registration.example.org"
    assert settings.secure


@pytest.mark.parametrize("name", GOOD)
def test_nothing_that_an_installation_must_say_has_a_default(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize("weak", ["", "changeme", "short", "a" * 64])
def test_a_weak_secret_is_refused(weak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRATION_SECRET_KEY", weak)
    with pytest.raises(ValidationError, match="32 random characters"):
        Settings()


@pytest.mark.parametrize("weak", ["", "changeme", "A" * 43 + "=", f"{GOOD_KEY},short"])
def test_a_weak_key_of_encryption_is_refused(weak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRATION_ENCRYPTION_KEYS", weak)
    with pytest.raises(ValidationError, match="must be"):
        Settings()


def test_keys_of_encryption_are_taken_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = Fernet.generate_key().decode()
    monkeypatch.setenv("REGISTRATION_ENCRYPTION_KEYS", f"{newest}, {GOOD_KEY}")
    assert Settings().encryption_keys_in_order == [newest, GOOD_KEY]


@pytest.mark.parametrize("address", ["registration.example.org", "ftp://x.example", "https://x/y"])
def test_an_address_that_is_none_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRATION_BASE_URL", address)
    with pytest.raises(ValidationError, match="without a path"):
        Settings()


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    assert GOOD["REGISTRATION_SECRET_KEY"] not in repr(Settings())
    assert GOOD["REGISTRATION_DATABASE_URL"] not in repr(Settings())


def test_only_a_demonstration_may_move_its_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRATION_DEMO_CLOCK", "/srv/clock")
    with pytest.raises(ValidationError, match="demonstrations only"):
        Settings()
    monkeypatch.setenv("REGISTRATION_DEMO", "1")
    assert Settings().demo_clock is not None


@pytest.mark.parametrize("name", ["REGISTRATION_SEAL_KEY", "REGISTRATION_SEAL_CERTIFICATE"])
def test_a_seal_has_a_key_and_a_certificate(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "/run/secrets/seal.pem")
    with pytest.raises(ValidationError, match="a seal needs both"):
        Settings()


@pytest.mark.parametrize("nobody", ["", " ", ",", " , "])
def test_a_rehearsal_that_names_nobody_is_refused(
    nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRATION_MAIL_ONLY_TO", nobody)
    with pytest.raises(ValidationError, match="names nobody"):
        Settings()
