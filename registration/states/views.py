"""Pages of the states slice."""

from registration.web import Pages

pages = Pages("states", __name__)
