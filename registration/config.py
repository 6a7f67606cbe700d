"""Settings: one frozen object, read from the environment once, without a default for a secret."""

import base64
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# An address that names a message (registration.post.tokens): its local part has 64 letters at most
# (RFC 5321, 4.5.3.1.1), and 44 of them are the token with its `+`.
_LONGEST_NAME = 64 - 44
_NAME_IN_DNS = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


class Settings(BaseSettings):
    """Everything that differs between two installations. Each name is REGISTRATION_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="REGISTRATION_", frozen=True, extra="ignore")

    database_url: SecretStr = Field(description="PostgreSQL, as the role that owns nothing.")
    owner_database_url: SecretStr | None = Field(
        default=None, description="PostgreSQL as the owner; only migrations need it."
    )
    broker_url: SecretStr = Field(description="Valkey or Redis; carries wake-ups, never truth.")
    secret_key: SecretStr = Field(description="Signs cookies; at least 32 characters.")
    encryption_keys: SecretStr = Field(
        description="Fernet keys by comma, newest first: for what must not be read from a backup."
    )
    base_url: str = Field(description="Where people reach the pages, e.g. https://reg.example.org")
    proxies: int = Field(
        default=0, ge=0, description="How many proxies of the house stand before the pages."
    )
    store_dir: Path = Field(description="Folder of the files, by hash.")
    smtp_url: SecretStr = Field(description="smtp://host:port or smtp+starttls://user:pw@host:587")
    mail_sender: str = Field(description="Address that mail is sent from.")
    mail_per_minute: int | None = Field(
        default=None, gt=0, description="So many messages the mail server gets in a minute."
    )
    dkim_domain: str | None = Field(
        default=None, description="The domain that signs each mail: the sender's, or one above it."
    )
    dkim_selector: str | None = Field(
        default=None, description="Names the key: SELECTOR._domainkey.DOMAIN has its public half."
    )
    dkim_key: Path | None = Field(default=None, description="The private key, RSA in PEM.")
    bounce_address: str | None = Field(
        default=None,
        description="Where delivery reports come, e.g. bounces@reg.example.org; what stands behind"
        " a `+` in it must come too. Without it they come to the sender, and nobody reads them.",
    )
    reply_address: str | None = Field(
        default=None,
        description="Where answers come, e.g. answers@reg.example.org, with all behind a `+`.",
    )
    reply_mailbox: SecretStr | None = Field(
        default=None,
        description="Where answers are read: imaps://user:password@host/INBOX. None reads none.",
    )
    bounce_mailbox: SecretStr | None = Field(
        default=None, description="Where delivery reports are read, in the same form."
    )
    archive_address: str | None = Field(
        default=None,
        description="Gets each mail along with its addressees, but for confidential ones; they do"
        " not see it. What a broken line left in doubt is looked up in its mailbox.",
    )
    archive_mailbox: SecretStr | None = Field(
        default=None, description="The mailbox of the archive address, in the same form."
    )
    mail_only_to: str | None = Field(
        default=None,
        description="For rehearsals: only these addresses and domains get mail, by comma.",
    )
    mail_log: Path | None = Field(
        default=None, description="The mail server's log of accepted Message-IDs, if readable."
    )
    mail_page: str | None = Field(
        default=None, description="Where caught mail is read in a browser; never in production."
    )
    clamav: str | None = Field(
        default=None,
        description="The virus scanner: unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310",
    )
    seal_key: Path | None = Field(
        default=None, description="The seal's private key, PEM; with it every letter is sealed."
    )
    seal_key_password: SecretStr | None = Field(
        default=None, description="Opens the seal's private key, if it is kept under a password."
    )
    seal_certificate: Path | None = Field(
        default=None, description="The seal's certificate, PEM, and those above it in order."
    )
    demo: bool = Field(default=False, description="Says on every page that persons are invented.")
    demo_clock: Path | None = Field(
        default=None, description="A demonstration's moved clock (registration.clock)."
    )

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32 or len(set(value.get_secret_value())) < 8:
            raise ValueError("must be at least 32 random characters")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _fernet_keys(cls, value: SecretStr) -> SecretStr:
        for key in value.get_secret_value().split(","):
            try:
                Fernet(key.strip())
            except ValueError:
                raise ValueError("must be Fernet keys: 32 random bytes each, in Base64") from None
            if len(set(base64.urlsafe_b64decode(key))) < 16:
                raise ValueError("must be random")
        return value

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise ValueError("must be like https://registration.example.org, without a path")
        return value.rstrip("/")

    @field_validator("bounce_address", "reply_address")
    @classmethod
    def _room_for_a_token(cls, value: str | None) -> str | None:
        if value is None:
            return None
        name, at, domain = value.strip().rpartition("@")
        if not at or not name or not domain or len(name) > _LONGEST_NAME or "+" in name:
            raise ValueError(
                f"must be an address with at most {_LONGEST_NAME} letters before the @, and no +"
            )
        return value.strip().lower()

    @field_validator("reply_mailbox", "bounce_mailbox", "archive_mailbox")
    @classmethod
    def _a_mailbox_under_tls(cls, value: SecretStr | None) -> SecretStr | None:
        parts = urlsplit(value.get_secret_value()) if value is not None else None
        if parts is not None and not (
            parts.scheme == "imaps" and parts.hostname and parts.username and parts.password
        ):
            raise ValueError("must be imaps://user:password@host/folder")
        return value

    @field_validator("mail_only_to")
    @classmethod
    def _a_rehearsal_names_somebody(cls, value: str | None) -> str | None:
        if value is not None and not value.strip(" ,"):
            raise ValueError("names nobody: give addresses, or take it out to let mail leave")
        return value

    @model_validator(mode="after")
    def _only_a_demonstration_moves_the_clock(self) -> "Settings":
        if self.demo_clock is not None and not self.demo:
            raise ValueError("a moved clock is for demonstrations only")
        return self

    @model_validator(mode="after")
    def _an_archive_has_an_address_and_a_mailbox(self) -> "Settings":
        if (self.archive_address is None) != (self.archive_mailbox is None):
            raise ValueError("an archive needs both REGISTRATION_ARCHIVE_ADDRESS and …_MAILBOX")
        return self

    @model_validator(mode="after")
    def _a_signature_is_whole_and_the_sender_s(self) -> "Settings":
        given = [self.dkim_domain, self.dkim_selector, self.dkim_key]
        if given == [None] * 3:
            return self
        if None in given:
            raise ValueError("a signature needs REGISTRATION_DKIM_DOMAIN, …_SELECTOR and …_KEY")
        for name in (self.dkim_domain, self.dkim_selector):
            if not _NAME_IN_DNS.fullmatch(name or ""):
                raise ValueError("domain and selector of a signature are names as in the DNS")
        sender = self.mail_sender.lower().rpartition("@")[2]
        if not f".{sender}".endswith(f".{self.dkim_domain}"):
            raise ValueError("a signature's domain is that of REGISTRATION_MAIL_SENDER or above it")
        return self

    @model_validator(mode="after")
    def _a_seal_has_a_key_and_a_certificate(self) -> "Settings":
        if (self.seal_key is None) != (self.seal_certificate is None):
            raise ValueError("a seal needs both REGISTRATION_SEAL_KEY and …_SEAL_CERTIFICATE")
        return self

    @property
    def encryption_keys_in_order(self) -> list[str]:
        """The keys of encrypted columns; the first one is the newest."""
        return [key.strip() for key in self.encryption_keys.get_secret_value().split(",")]

    @property
    def allowed_recipients(self) -> frozenset[str] | None:
        """Addresses and domains that may get mail in a rehearsal; None where all may."""
        if self.mail_only_to is None:
            return None
        return frozenset(each.strip().lower() for each in self.mail_only_to.split(","))

    @property
    def mail_server(self) -> str:
        """Which mail server messages are handed over to: its host and port, and no password."""
        return urlsplit(self.smtp_url.get_secret_value()).netloc.rpartition("@")[2]

    @property
    def host(self) -> str:
        """The host name that requests must be for."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether people reach the pages over TLS."""
        return self.base_url.startswith("https://")


_chosen: list[Settings] = []


def use(settings: Settings) -> None:
    """From now on this process works with these settings, and not with the environment's."""
    _chosen[:] = [settings]


def forget() -> None:
    """From now on this process works with the settings of its environment again."""
    _chosen.clear()


def current() -> Settings:
    """The settings of this process, for what runs far from the edge that read them."""
    return _chosen[0] if _chosen else _of_the_environment()


@cache
def _of_the_environment() -> Settings:
    return Settings()
