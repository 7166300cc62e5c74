"""Manifests: what a sender says of a file is compared with what arrived and with what was read."""

import json

import pytest

from rapport.errors import ExportRefused
from rapport.exports.archive import read_deliveries
from rapport.exports.manifests import read_control

from .test_commands import rapport  # noqa: F401
from .test_pull import A, seen, sha

HEADER = "order_no,ordered_on,amount,units\n"
FOUR = HEADER + "A,31/12/2024,0.1,1\nB,31/12/2024,0.2,2\nC,x,0.3,3\nD,31/12/2024,0.4,4\n"


def say(shop, name="orders.csv", **said):
    shop.drop(f"{name}.manifest.json", json.dumps(said))


@pytest.mark.parametrize("text", ["{}", "{}  orders.csv\n", "{} *orders.csv\r\n", "f" * 64 + "  other.csv\n{}  ./orders.csv\n"])
def test_a_file_with_the_right_sum_beside_it_is_taken(shop, text):
    shop.drop("orders.csv", A)
    shop.drop("orders.csv.sha256", text.format(sha(A)))

    result = shop.pull()

    assert seen(shop) == [("orders.csv", sha(A))]
    assert (result.damaged, result.unmatched) == ([], [])
    assert read_deliveries(shop.settings)[0].control == {"sha256": sha(A)}


@pytest.mark.parametrize(
    ("suffix", "text", "words"),
    [
        (".sha256", "0" * 64 + "  orders.csv", "Its SHA-256 is"),
        (".sha256", "0" * 64 + "  other.csv", "does not name it"),
        (".sha256", "", "does not name it"),
        (".manifest.json", '{"bytes": 7}', "bytes, and its manifest says 7"),
        (".manifest.json", '{"sha256": "00"}', "sha256 is not 64 hex digits"),
        (".manifest.json", '{"rows": "4"}', "rows is not a whole number"),
        (".manifest.json", '{"sums": {"amount": "1,5"}}', "a sum is not a number"),
        (".manifest.json", '{"row": 4}', "unknown key row"),
        (".manifest.json", '{"rows": 4', "cannot be understood"),
        (".manifest.json", b"\xff\xfe", "no text in UTF-8"),
    ],
)
def test_a_file_that_is_not_what_its_sender_says_is_not_taken(shop, rapport, suffix, text, words):  # noqa: F811
    shop.drop("orders.csv", A)
    shop.drop(f"orders.csv{suffix}", text)
    shop.drop("orders2.csv", A)

    code, result = rapport("pull")

    assert code == 3
    (damaged,) = result["damaged"]
    assert damaged.startswith("shop: orders.csv: ") and words in damaged
    assert [name for name, _ in seen(shop)] == ["orders2.csv"], "and stops no other"
    assert not [path for path in shop.settings.archive.glob("*.csv") if path.stem != sha(A)]


def test_a_file_that_is_sent_again_whole_is_taken(shop):
    shop.drop("orders.csv", A[:40])
    shop.drop("orders.csv.sha256", sha(A))
    assert len(shop.pull().damaged) == 1

    shop.drop("orders.csv", A)

    assert shop.pull().counts()["new"] == 1


def test_records_and_sums_count_what_is_rejected_too(shop):
    shop.drop("orders.csv", FOUR)
    say(shop, rows=4, sums={"amount": "1.00", "Units": 10})

    result = shop.take()

    assert (result.rows_good, result.rows_rejected, result.refused) == (3, 1, [])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"rows": 5}, "It has 4 records, and its sender says 5"),
        ({"sums": {"amount": "1.01"}}, "amount adds up to 1.0000, and its sender says 1.01"),
        ({"sums": {"units": 9}}, "units adds up to 10"),
        ({"sums": {"order_no": 9}}, "no declared column of numbers"),
        ({"sums": {"Turnover": 9}}, "no declared column of numbers"),
    ],
)
def test_a_file_whose_totals_differ_is_refused_and_leaves_nothing(shop, said, words):
    shop.drop("orders.csv", FOUR)
    shop.drop("orders2.csv", FOUR.replace("D,", "E,"))
    say(shop, **said)

    result = shop.take()

    (refused,) = result.refused
    assert refused.name == "orders.csv"
    assert words in refused.what
    assert len(list(shop.settings.lake.glob("shop/*/*/*.parquet"))) == 2, "good and rejected rows of the other file"


def test_a_sum_over_an_unreadable_value_is_not_compared_and_says_so(shop):
    shop.drop("orders.csv", HEADER + "A,31/12/2024,0.1,1\nB,31/12/2024,?,2\n")
    say(shop, rows=2, sums={"amount": "0.3", "units": 3})

    result = shop.take()

    assert result.refused == []
    assert "the sender's sum of amount was not compared: 1 value(s)" in result.notices[0]


def test_a_missing_value_counts_as_nothing_and_a_record_that_fell_apart_is_not_compared(shop):
    shop.declare("""\
        - name: orders
          config: {meta: {export: {files: "*.csv", load: append}}}
          columns:
            - {name: order_no, data_type: varchar}
            - {name: amount, data_type: "decimal(18,2)", config: {meta: {required: true}}}
        """)
    shop.drop("orders1.csv", "order_no,amount\nA,0.1\nB,\n")
    say(shop, "orders1.csv", rows=2, sums={"amount": "0.1"})
    shop.drop("orders2.csv", "order_no,amount\nA,0.1\nB,1,2\n")
    say(shop, "orders2.csv", rows=2, sums={"amount": "0.1"})

    result = shop.take()

    assert result.refused == []
    (notice,) = result.notices
    assert "orders2.csv: the sender's sum of amount was not compared" in notice


def test_records_that_are_declared_as_no_data_are_not_counted(shop):
    shop.declare("""\
        - name: orders
          config: {meta: {export: {files: "*.csv", load: append, decimal_mark: ",", delimiter: ";", skip: {order_no: Total}}}}
          columns:
            - {name: order_no, data_type: varchar}
            - {name: weight, data_type: double, config: {meta: {header: Gewicht}}}
        """)
    shop.drop("orders.csv", "order_no;Gewicht\nA;0,1\nB;0,2\nTotal;0,3\n")
    say(shop, rows=2, sums={"GEWICHT": "0.3"})

    assert shop.take().refused == []


def test_the_same_file_with_new_totals_is_tried_again(shop):
    shop.drop("orders.csv", FOUR, modified="2024-12-01T00:00")
    say(shop, rows=5)
    assert len(shop.take().refused) == 1
    assert len(shop.take().refused) == 1

    shop.drop("orders.csv", FOUR, modified="2024-12-02T00:00")
    say(shop, rows=4)
    result = shop.take()

    assert (result.files, result.refused) == (1, [])
    assert len(seen(shop)) == 2
    shop.drop("orders.csv", FOUR, modified="2024-12-03T00:00")
    assert shop.pull().counts()["repeats"] == 1, "the same words again are nothing new"


def test_a_large_file_is_compared_as_well(shop):
    lines = "".join(f"O{i},31/12/2024,0.01,1\n" for i in range(20_000))
    shop.drop("orders.csv", HEADER + lines)
    say(shop, rows=20_000, sums={"amount": "200.01"})

    (refused,) = shop.take().refused

    assert "amount adds up to 200.0000" in refused.what


def test_sidecars_from_before_manifests_are_read(shop):
    shop.drop("orders.csv", A)
    shop.pull()
    (sidecar,) = shop.settings.archive.glob("*.json")
    assert "control" not in json.loads(sidecar.read_text())

    assert read_deliveries(shop.settings)[0].control is None


def test_two_statements_that_contradict_each_other_are_refused():
    texts = {".sha256": b"0" * 64, ".manifest.json": json.dumps({"sha256": "1" * 64}).encode()}

    with pytest.raises(ExportRefused, match="contradict"):
        read_control("a.csv", texts, "place/a.csv")
