"""The lines of pictures."""

from registration.drawing import stairs


def test_a_count_goes_up_in_steps_from_the_foot_of_the_square() -> None:
    assert stairs([(0, 0), (5, 1), (10, 4)], 10, 4) == "M0.0 1000.0 H500.0 V750.0 H1000.0 V0.0"


def test_the_line_of_a_page_that_is_read_from_the_right_begins_there() -> None:
    assert stairs([(0, 0), (5, 4)], 10, 4, flip=True) == "M1000.0 1000.0 H500.0 V0.0"
