"""Lines of pictures, as the paths that SVG draws: pages ask for them as a filter."""

from collections.abc import Iterable

SIDE = 1000  # of the square that every path is drawn on, its origin at the top left


def stairs(
    points: Iterable[tuple[float, float]], across: float, up: float, *, flip: bool = False
) -> str:
    """The path of a count that goes up in steps; `across` and `up` fill the square.

    A point is the place of a step and the count from there on. `flip` begins at the right, for a
    page that is read from there.
    """
    wide, high = SIDE / across, SIDE / up
    path = "".join(
        f" H{SIDE - x * wide if flip else x * wide:.1f} V{SIDE - count * high:.1f}"
        for x, count in points
    )
    # The first point is where the line begins.
    return path.replace(" H", "M", 1).replace(" V", " ", 1)
