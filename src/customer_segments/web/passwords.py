"""How passwords are stored, and how many are looked at together."""

from __future__ import annotations

import threading
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

SLOTS = threading.BoundedSemaphore(2)  # each takes 100 MB for a moment; whoever comes with many at once has to wait


class Argon2(Argon2PasswordHasher):
    def encode(self, *given: Any, **more: Any) -> str:
        with SLOTS:
            return super().encode(*given, **more)

    def verify(self, *given: Any, **more: Any) -> bool:
        with SLOTS:
            return super().verify(*given, **more)
