"""Pages of the reports slice."""

from registration.web import Pages

pages = Pages("reports", __name__)
