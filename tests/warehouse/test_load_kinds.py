"""Core does not depend on the order in which files arrive, nor on how often or in how many nights, for any kind of load."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.warehouse.kinds.nights import Company, QuickNights, core, file_id
from tests.warehouse.kinds.project import TABLES, Delivery, Record, expected

from rapport.exports.declarations import read_declarations
from rapport.warehouse.build import fingerprint_of

# Records that every table holds twice, so that its query removes what is older; and then one more.
FIRST = [Delivery(1, "a", (Record("x", "1"), Record("x", "2"))), Delivery(2, "a", (Record("x", "3"), Record("y", "", 1, "D")))]
NEXT = [Delivery(3, "a", (Record("y", "4"),))]


@pytest.fixture(scope="module")
def nights(tmp_path_factory) -> QuickNights:
    """Two real builds, whose SQL the quick nights run."""
    company = Company(tmp_path_factory.mktemp("kinds"))
    company.night(FIRST)
    full = {table: company.sql_of(table)[0] for table in TABLES}
    company.night(NEXT)
    for table in TABLES:
        assert core(company.settings.warehouse_file, table) == expected(table, [*FIRST, *NEXT], file_id), table
    return QuickNights(company, full, from_sequence=len(FIRST) * len(TABLES))


def test_some_tables_are_continued_row_by_row_some_are_compared_and_some_made_whole(nights):
    assert nights.continues == set(TABLES) - {"products"}


record = st.builds(Record, st.sampled_from("xyz"), st.sampled_from(["1", "2"]), st.integers(0, 3), st.sampled_from("UUD"))
delivery = st.builds(Delivery, st.integers(1, 3), st.sampled_from("abc"), st.lists(record, max_size=3).map(tuple))
deliveries = st.lists(delivery, min_size=1, max_size=5)


@st.composite
def arrivals(draw) -> list[list[Delivery]]:
    """Files that arrive in any order, some of them twice, some mended under their names, in any number of nights."""
    files = draw(deliveries)
    again = draw(st.lists(st.sampled_from(files), max_size=2))
    order = draw(st.permutations([*files, *again]))
    cuts = draw(st.lists(st.booleans(), min_size=len(order), max_size=len(order)))
    came: list[list[Delivery]] = [[order[0]]]
    for arrived, begins_a_night in zip(order[1:], cuts[1:], strict=True):
        came.append([arrived]) if begins_a_night else came[-1].append(arrived)
    return came


def one(*records: Record, day: int = 1, letter: str = "a") -> list[Delivery]:
    return [Delivery(day, letter, records)]


def compare_with_truth(nights, came) -> None:
    """Continued night by night, and built from nothing at the end."""
    files = [delivery for night in came for delivery in night]
    truth = {table: expected(table, files, file_id) for table in TABLES}

    assert nights.run(came) == truth, "continued"
    assert nights.run([files]) == truth, "built from nothing"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrivals())
@example([one(Record("x", "2"), letter="b"), one(Record("x", "1"))])  # two files of one time, the one of the later name first
@example([one(Record("x", "1", 2)), one(Record("x", "2", 1), day=2)])  # the newer file has the older record
@example([one(Record("x", "1"), day=3), one(Record("x", "", op="D"), day=2)])  # a deletion comes late
@example([one(Record("x", "1")), one(Record("x", "", op="D"), day=2), one(Record("x", "2"), day=3)])  # it comes back
@example([one(Record("x", "", op="D"))])  # nothing but a deletion
@example([one(Record("x", "1"), Record("x", "", op="D"))])  # deleted within the file
@example([one(Record("x", "1")), one(Record("x", "2"), Record("y", "2")), one(Record("x", "1"))])  # mended, and mended back
@example([one(Record("x", "1"), letter="c"), one(Record("x", "2"), letter="b"), one(Record("x", "1"))])  # one around another
@example([one(day=2), one(Record("x", "1"))])  # an empty file is the newest
@example([one(Record("x", "1")), one(Record("x", "2"), day=2), one(Record("x", "1"), day=3)])  # what was is again
def test_core_is_what_the_files_say_however_they_arrive(nights, came):
    compare_with_truth(nights, came)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrivals())
def test_core_is_what_the_files_say_in_many_more_ways(nights, came):
    compare_with_truth(nights, came)


@pytest.mark.slow
def test_whole_nights_in_four_orders_of_arrival_end_alike(tmp_path):
    first = Delivery(1, "a", (Record("x", "1", 1), Record("y", "1", 2), Record("z", "1")))
    second = Delivery(2, "a", (Record("x", "", 3, "D"), Record("y", "2", 1), Record("w", "1", 2)))
    third = Delivery(2, "b", (Record("y", "3", 2), Record("z", "", 1, "D")))
    fourth = Delivery(3, "a", (Record("x", "4", 3), Record("w", "", 0, "D"), Record("y", "3", 3)))
    again = Delivery(4, "a", first.records)
    orders = [
        [[first, second], [third], [fourth, again]],
        [[again], [fourth], [third, second, first]],
        [[third, fourth], [first], [second], [first, again]],
        [[second], [first, again], [fourth], [third]],
    ]
    for number, order in enumerate(orders):
        company = Company(tmp_path / str(number))
        for night in order:
            company.night(night)
        files = [delivery for night in order for delivery in night]

        for kind in ("continued", "full"):
            for table in TABLES:
                assert core(company.settings.warehouse_file, table) == expected(table, files, file_id), (kind, table, number)
            if kind == "continued":
                company.night([], full=True)


def test_another_column_that_tells_versions_builds_everything_anew(nights):
    exports = read_declarations(nights.settings)
    by_name = exports["feed", "products"].exported_at
    changed = {**exports, ("feed", "credits"): exports["feed", "credits"].model_copy(update={"exported_at": by_name})}

    assert fingerprint_of(nights.settings, changed.values()) != fingerprint_of(nights.settings, exports.values())
