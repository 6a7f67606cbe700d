"""Pages of the post slice."""

from registration.web import Pages

pages = Pages("post", __name__)
