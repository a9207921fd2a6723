"""What a web server runs."""

import sys

from django.core.wsgi import get_wsgi_application

# DuckDB looks for these at the first value that a query is given, and does as well without: 60 MB and a second.
for name in ("pandas", "pyarrow"):
    sys.modules.setdefault(name, None)

application = get_wsgi_application()
