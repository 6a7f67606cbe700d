"""Pages of the reports slice."""

from registration.reports.views import boards, experts, exports, stories, work
from registration.reports.views.edge import pages

__all__ = ["boards", "experts", "exports", "pages", "stories", "work"]
