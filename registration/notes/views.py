"""Pages of the notes slice."""

from registration.web import Pages

pages = Pages("notes", __name__)
