"""Pages of the meetings slice."""

from registration.web import Pages

pages = Pages("meetings", __name__)
