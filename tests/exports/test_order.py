"""Rows do not depend on how a truth is cut into files or in which order these arrive."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HEADER = "order_no,ordered_on,amount,units\n"
RECORDS = [
    "A,31/12/2024,1,1\n",
    '"B\nb",31/12/2024,1,1\n',
    "C,31/02/2024,1,1\n",
    'D,"31/12/2024,1,1\n',
    "E,1\n",
    "F,31/12/2024,1.5,\n",
]


@given(st.permutations(range(len(RECORDS))), st.sets(st.integers(1, len(RECORDS) - 1)), st.booleans())
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_split_and_order_gives_the_same_rows_and_rejects(make_shop, order, cuts, one_by_one):
    shop = make_shop()
    bounds = [0, *sorted(cuts), len(RECORDS)]
    for number, (start, end) in enumerate(pairwise(bounds)):
        shop.drop(f"orders{number}.csv", HEADER + "".join(RECORDS[i] for i in order[start:end]))
        if one_by_one:
            shop.take()
    shop.take()

    assert sorted(row[0] for row in shop.rows("order_no")) == ["A", "B\nb", "F"]
    assert sorted(reject.text[0] for reject in shop.rejects()) == ["C", "D", "E"]
    assert sum(file.rows_in_file for file in shop.files()) == len(RECORDS)
