"""Second factors, stored so that the database alone does not give them away."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class Adapter(DefaultMFAAdapter):
    """What makes one-time codes has to be read again, and so cannot be hashed: it is encrypted by the secret file."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    from cryptography.fernet import Fernet

    key = hashlib.sha256(b"second factors " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
