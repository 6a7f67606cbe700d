"""Pages of the register of authorities: of the office, and of the account holders of States."""

from registration.authorities.views import office, states
from registration.authorities.views.edge import pages

__all__ = ["office", "pages", "states"]
