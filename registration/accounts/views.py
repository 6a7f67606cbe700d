"""Pages of the accounts slice."""

from registration.web import Pages

pages = Pages("accounts", __name__)
