"""`python -m customer_segments.web worker`: the worker alone; any other word is a command of Django's."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "customer_segments.web.settings")


def main() -> None:
    if sys.argv[1:2] == ["worker"]:
        import django

        django.setup()
        from customer_segments.web.worker import main as work

        os.umask(0o077)
        work()
        return
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
