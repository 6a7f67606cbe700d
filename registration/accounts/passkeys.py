"""Passkeys (WebAuthn): what a browser is asked to sign, and whether its answer is right.

The question goes to the browser sealed, with the sign-in that it was put to: nothing of it is kept.
An answer cannot be used twice: the sign-in is complete after the first, a passkey is added once.
"""

import base64
import ipaddress
import secrets
from urllib.parse import urlsplit

import sqlalchemy as sa
import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from registration import clock, config, encrypted
from registration.accounts import factors
from registration.accounts.models import Account, Passkey, SignIn
from registration.accounts.rules import Means
from registration.db import Session
from registration.errors import Refused

QUESTION_LIFE = 600  # seconds
PASSKEYS = 10  # of one person


def are_possible() -> bool:
    """Whether browsers offer passkeys here: only for a name, and only over TLS or on localhost."""
    address = urlsplit(config.current().base_url)
    host = address.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return address.scheme == "https" or host == "localhost"
    return False


def ask_to_make(session: Session, sign_in: SignIn, account: Account, site: str) -> tuple[str, str]:
    """What the browser is to make a passkey with (JSON), and the sealed question to bring back."""
    challenge = secrets.token_bytes(32)
    options = webauthn.generate_registration_options(
        rp_id=config.current().host,
        rp_name=site,
        user_id=account.id.bytes,
        user_name=account.email,
        user_display_name=account.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(session, account),
    )
    return webauthn.options_to_json(options), _sealed(challenge, sign_in, "make")


def ask_to_sign(session: Session, sign_in: SignIn, account: Account) -> tuple[str, str]:
    """What the browser is to sign (JSON), and the sealed question to bring back."""
    challenge = secrets.token_bytes(32)
    options = webauthn.generate_authentication_options(
        rp_id=config.current().host,
        challenge=challenge,
        allow_credentials=_descriptors(session, account),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options), _sealed(challenge, sign_in, "sign")


def _descriptors(session: Session, account: Account) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=each.credential_id,
            transports=[AuthenticatorTransport(name) for name in each.transports],
        )
        for each in factors.of(session, account.id).passkeys
    ]


def _sealed(challenge: bytes, sign_in: SignIn, purpose: str) -> str:
    return encrypted.seal(
        {
            "challenge": base64.b64encode(challenge).decode(),
            "sign_in": str(sign_in.id),
            "purpose": purpose,
        }
    )


def _challenge(question: str, sign_in: SignIn, purpose: str) -> bytes | None:
    content = encrypted.unseal(question, seconds=QUESTION_LIFE) or {}
    if content.get("sign_in") != str(sign_in.id) or content.get("purpose") != purpose:
        return None
    return base64.b64decode(content["challenge"])


def add(
    session: Session, sign_in: SignIn, account: Account, *, question: str, answer: str, name: str
) -> Passkey:
    """Keep the passkey that a browser made. Raises Refused where its answer is not right."""
    challenge = _challenge(question, sign_in, "make")
    if challenge is None:
        raise Refused("This took too long. Please try again.")
    if len(factors.of(session, account.id).passkeys) >= PASSKEYS:
        raise Refused("You have ten passkeys already. Remove one that you no longer use.")
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=config.current().host,
            expected_origin=config.current().base_url,
            require_user_verification=True,
        )
        transports = webauthn.helpers.parse_registration_credential_json(answer).response.transports
    except (WebAuthnException, ValueError) as problem:
        raise Refused("Your browser's answer was not right. Please try again.") from problem
    if session.scalar(sa.select(Passkey).where(Passkey.credential_id == made.credential_id)):
        raise Refused("This passkey is known already.")
    passkey = Passkey(
        account_id=account.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=[each.value for each in transports or []],
        name=name,
    )
    session.add(passkey)
    session.flush()
    factors.added(session, account, Means.PASSKEY)
    return passkey


def accept(
    session: Session, sign_in: SignIn, account: Account, *, question: str, answer: str
) -> bool:
    """Whether one of the person's passkeys signed the question, with the person present."""
    challenge = _challenge(question, sign_in, "sign")
    if challenge is None:
        return False
    try:
        credential = webauthn.helpers.parse_authentication_credential_json(answer)
        passkey = session.scalar(
            sa.select(Passkey)
            .where(Passkey.account_id == account.id, Passkey.credential_id == credential.raw_id)
            .with_for_update()
        )
        if passkey is None:
            return False
        signed = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=config.current().host,
            expected_origin=config.current().base_url,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return False
    passkey.sign_count, passkey.last_used_at = signed.new_sign_count, clock.now()
    session.flush()
    return True
