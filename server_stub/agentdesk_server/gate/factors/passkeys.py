"""Passkeys and security keys: what a browser is asked for (WebAuthn), and whether its answer is right."""

from __future__ import annotations

import json
from typing import Any

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from agentdesk_server.authority.factors import PasskeyRow

from .owners import BadAnswer, Owner, Place

ALGORITHMS = [Algorithm.ECDSA_SHA_256, Algorithm.EDDSA, Algorithm.RSASSA_PKCS1_v1_5_SHA_256]
PATIENCE_MS = 120_000
VERIFIED = UserVerificationRequirement.REQUIRED


def options_to_add(place: Place, owner: Owner, have: list[PasskeyRow], challenge: bytes) -> dict[str, Any]:
    """For `navigator.credentials.create`. A key that is set up already is not added twice."""
    options = generate_registration_options(
        rp_id=place.rp_id,
        rp_name="AgentDesk",
        user_id=owner.id.encode(),
        user_name=owner.email,
        user_display_name=owner.name,
        challenge=challenge,
        timeout=PATIENCE_MS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=VERIFIED
        ),
        exclude_credentials=_named(have),
        supported_pub_key_algs=ALGORITHMS,
    )
    return dict(json.loads(options_to_json(options)))


def options_to_use(place: Place, have: list[PasskeyRow], challenge: bytes) -> dict[str, Any]:
    """For `navigator.credentials.get`."""
    options = generate_authentication_options(
        rp_id=place.rp_id,
        challenge=challenge,
        timeout=PATIENCE_MS,
        allow_credentials=_named(have),
        user_verification=VERIFIED,
    )
    return dict(json.loads(options_to_json(options)))


def _named(have: list[PasskeyRow]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.id)) for row in have]


def added(place: Place, credential: dict[str, Any], challenge: bytes) -> tuple[str, bytes, int]:
    """Id, public key and count of a new passkey. Raises `BadAnswer`."""
    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadAnswer(type(error).__name__) from None
    return bytes_to_base64url(found.credential_id), found.credential_public_key, found.sign_count


def used(place: Place, credential: dict[str, Any], challenge: bytes, have: list[PasskeyRow]) -> tuple[PasskeyRow, int]:
    """Which passkey it was, and its count now. Raises `BadAnswer`, also for a count that did not grow: a copied key."""
    row = next((row for row in have if row.id == credential.get("id")), None)
    if row is None:
        raise BadAnswer("not a key of this person")
    try:
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            credential_public_key=row.key,
            credential_current_sign_count=row.count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadAnswer(type(error).__name__) from None
    return row, found.new_sign_count
