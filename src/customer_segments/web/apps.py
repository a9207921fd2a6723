"""The Explorer as an application of Django's."""

from django.apps import AppConfig


class Web(AppConfig):
    name, label, verbose_name = "customer_segments.web", "web", "Explorer"
