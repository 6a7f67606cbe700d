"""Pages of the reports slice."""

from registration.reports.views import boards, exports, stories, work
from registration.reports.views.edge import pages

__all__ = ["boards", "exports", "pages", "stories", "work"]
