"""The course of a group task as a drawing and as a table."""

from datetime import UTC, datetime, timedelta

from messaging.groups.progress import Point
from portal.group_pictures import HEIGHT, MOST_LINES, MOST_POINTS, WIDTH, picture_of

START = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)


def course(minutes: int) -> list[Point]:
    """A task of which each minute takes in 10, hands over 8, and has 5 delivered, 1 failed."""
    return [
        Point(START + timedelta(minutes=n), 10 * n, 2 * n, 5 * n, n) for n in range(minutes + 1)
    ]


def test_nothing_is_drawn_before_there_are_two_moments():
    assert picture_of([], total=10) is None
    assert picture_of(course(0), total=10) is None


def test_curves_run_from_corner_to_corner():
    picture = picture_of(course(1), total=10)
    accepted, handed_over, _delivered, _failed = picture.curves
    assert accepted.points == f"0.0,{HEIGHT}.0 {WIDTH}.0,0.0"
    assert handed_over.points.endswith(f"{WIDTH}.0,{HEIGHT * 0.2:.1f}")
    assert (picture.top, picture.middle) == (10, 5)


def test_the_table_tells_the_same_as_the_curves():
    picture = picture_of(course(2), total=20)
    moment, figures = picture.lines[-1]
    assert moment == START + timedelta(minutes=2)
    assert [figure for _title, figure in figures] == [20, 16, 10, 2]
    assert [title for title, _figure in figures] == [curve.title for curve in picture.curves]


def test_a_course_of_days_is_thinned_out_but_ends_where_it_ends():
    picture = picture_of(course(5000), total=50_000)
    assert len(picture.curves[0].points.split()) <= MOST_POINTS
    assert len(picture.lines) <= MOST_LINES
    assert picture.lines[-1][0] == picture.end == START + timedelta(minutes=5000)


def test_all_at_one_instant_is_drawn_without_a_fault():
    picture = picture_of([course(1)[0], Point(START, 10, 0, 10, 0)], total=10)
    assert len(picture.curves) == 4
