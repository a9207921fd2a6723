"""What a web server runs."""

import gc
import sys
from types import ModuleType

from django.core import signals
from django.core.wsgi import get_wsgi_application

from customer_segments.web import memory

# DuckDB looks for these at the first value that a query is given, and does as well without: 60 MB and a second.
for name in ("pandas", "pyarrow"):
    sys.modules.setdefault(name, None)
# Ninja asks Django's tools for tests for one signal, which is one of its core's: 4 MB less.
sys.modules.setdefault("django.test", ModuleType("django.test"))
sys.modules.setdefault("django.test.signals", signals)
# Passkeys bring cryptography and a list of all domains with them, which most people never need: 5 MB less.
memory.load_later("allauth.mfa.webauthn.internal.auth")

application = get_wsgi_application()


def warm() -> None:
    """Load what the first page would else wait for."""
    from django.urls import get_resolver

    from customer_segments.web import results

    _ = get_resolver().url_patterns
    results.database()
    signals.request_finished.connect(memory.answered)
    gc.freeze()  # or what is loaded for good is looked through again and again, each time as long as some pages take
