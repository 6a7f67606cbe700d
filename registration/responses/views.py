"""Pages of the responses slice."""

from registration.web import Pages

pages = Pages("responses", __name__)
