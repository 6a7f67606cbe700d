"""Pages of the accounts slice."""

from registration.accounts.views import (
    focal_points,
    own,
    second_factor,
    setting_up,
    signing_in,
    staff,
    state,
)
from registration.accounts.views.edge import pages

__all__ = [
    "focal_points",
    "own",
    "pages",
    "second_factor",
    "setting_up",
    "signing_in",
    "staff",
    "state",
]
