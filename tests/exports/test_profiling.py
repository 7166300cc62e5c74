"""`rapport source new`: what samples tell, with evidence; what they leave open; and that what is written loads them."""

import contextlib
import json
import os
import pty
import select
import sys
from pathlib import Path

import pytest
import yaml

from rapport.cli import main
from rapport.errors import UsageError
from rapport.exports.profiling.findings import ColumnFinding, Findings
from rapport.exports.profiling.names import column_names, files_pattern, snake_case, table_name
from rapport.exports.profiling.profile import profile
from rapport.exports.profiling.writing import write
from rapport.exports.rehearsal import rehearse


@pytest.fixture
def sample(shop):
    """Writes a sample file; returns its path."""

    def write_sample(content: str | bytes, name: str = "sales.csv", encoding: str = "utf-8") -> Path:
        path = shop.project / "samples" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    return write_sample


@pytest.fixture
def look(shop, sample):
    """Profiles one sample of delimited text."""

    def profile_text(content: str | bytes, first: str | None = None, **how) -> Findings:
        return profile(shop.settings, [sample(content, **how)], "till", first=first)

    return profile_text


def column(findings: Findings, name: str) -> ColumnFinding:
    (found,) = [column for column in findings.columns if column.name == name]
    return found


def one(look, values, **how) -> tuple[ColumnFinding, Findings]:
    """The profile of one column of values beside a number that tells the records apart."""
    text = "row;x\n" + "".join(f'{n};"{value}"\n' for n, value in enumerate(values))
    findings = look(text, **how)
    return findings.columns[1], findings


# --- shape ------------------------------------------------------------------------------------------------------------
def test_delimiter_header_line_and_titles_above_it_are_found(look):
    findings = look("Sales report\nprinted on 1 May, by A\n\nNo;Amount;Note\n1;2,50;a\n2;3,75;b\n3;10,00;c\n")

    assert {key: findings.export[key] for key in ("delimiter", "header_at", "decimal_mark")} == {
        "delimiter": ";",
        "header_at": 4,
        "decimal_mark": ",",
    }
    assert [c.name for c in findings.columns] == ["no", "amount", "note"]
    assert findings.records == 3


def test_a_file_without_a_header_declares_places(look):
    findings = look("1,2024-01-01,5.5\n2,2024-01-02,6.5\n3,2024-01-03,7.5\n")
    assert findings.export["header_at"] == 0
    assert [(c.place, c.data_type) for c in findings.columns] == [(1, "integer"), (2, "date"), (3, "decimal(18,4)")]


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        ("编号,客户名称,城市\n1,北京科技有限公司,上海\n2,广州贸易公司,深圳\n", "gb18030", "gb18030"),
        ("編號,客戶名稱,城市\n1,臺北科技有限公司,高雄\n2,國際貿易公司,臺中\n", "big5", "big5"),
        ("no,name,city\n1,Müller & Söhne,Köln\n2,Café Été,Besançon\n", "cp1252", "cp1252"),
        ("no,name,city\n1,Müller,Köln\n2,北京,上海\n", "utf-8", "utf-8"),
        ("no,name,city\n1,Müller,Köln\n2,北京,上海\n", "utf-16", "utf-16"),
    ],
)
def test_encodings_are_told_by_strict_decoding_and_sense(look, text, encoding, told):
    findings = look(text, encoding=encoding)
    assert findings.export["encoding"] == told
    if told in ("gb18030", "big5", "cp1252"):
        assert findings.evidence["encoding"]


def test_a_second_encoding_that_decodes_the_file_is_stated(look):
    findings = look("编号,城市\n1,上海\n2,北京\n", encoding="gb18030")
    assert "decodes it, too" in findings.evidence["encoding"]


# --- types ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "data_type", "keys"),
    [
        (["1", "2", "30"], "integer", {}),
        (["1", "2", "3000000000"], "bigint", {}),
        (["007", "12", "5"], "varchar", {}),
        (["1234567890123456", "2", "3"], "varchar", {}),
        (["1.5", "2", "3.25"], "decimal(18,4)", {}),
        (["0.1234567", "2", "3"], "decimal(38,7)", {}),
        (["1e5", "2.5", "3"], "double", {}),
        (["Yes", "No", "No"], "boolean", {"values": {"Yes": True, "No": False}}),
        (["Y", "Y", "Y"], "boolean", {"values": {"Y": True, "N": False}}),
        (["是", "否", "是"], "boolean", {"values": {"是": True, "否": False}}),
        (["a", "b", "c"], "varchar", {}),
        (["", "", ""], "varchar", {}),
        (["1.5", "-", "3.25"], "decimal(18,4)", {"nulls": ["", "-"]}),
        (["2024-03-01", "2024-12-31", "2024-01-01"], "date", {}),
        (["31.12.2024", "1.1.2024", "2.1.2024"], "date", {"format": "%d.%m.%Y"}),
        (["12/31/2024", "1/1/2024", "2/1/2024"], "date", {"format": "%m/%d/%Y"}),
        (["2024年12月31日", "2024年1月1日", "2024年1月2日"], "date", {"format": "%Y年%m月%d日"}),
        (["2024-03-01 10:00:00", "2024-12-31T11:00:00", "2024-01-01 00:00"], "timestamptz", {}),
        (["12/31/2024 8:05 PM", "1/1/2024 9:00 AM", "2/1/2024 1:00 PM"], "timestamptz", {"format": "%m/%d/%Y %I:%M %p"}),
        (["2024-03-01 00:00:00", "2024-12-31 00:00:00", ""], "date", {"format": "%Y-%m-%d %H:%M:%S"}),
        (["31/12/2024", "31.12.2024", "1/1/2024"], "date", {"format": ["%d/%m/%Y", "%d.%m.%Y"]}),
        (["31/12/2024", "12/31/2024", "1/1/2024"], "varchar", {}),  # no order fits all
    ],
)
def test_a_column_has_the_narrowest_type_that_all_values_fit(look, values, data_type, keys):
    found, findings = one(look, values)
    assert (found.data_type, {k: v for k, v in found.meta.items() if k not in ("key", "decimal_mark")}) == (data_type, keys)
    assert findings.questions == []


def test_digits_that_name_something_are_texts(look):
    findings = look("Order No,Zip,Quantity\n1001,10115,3\n1002,20095,4\n")
    assert [c.data_type for c in findings.columns] == ["varchar", "varchar", "integer"]


def test_the_order_of_day_and_month_is_proved_by_a_record(look):
    found, _ = one(look, ["03/04/2024", "05/06/2024", "17/03/2024"])
    assert found.meta["format"] == "%d/%m/%Y"
    assert found.evidence == ["day first: 17/03/2024 in record 3 can be read in no other order"]


def test_an_order_that_the_sample_cannot_decide_is_asked_and_never_guessed(look):
    values = ["03/04/2024", "05/06/2024", "12/12/2024"]
    found, findings = one(look, values)

    (question,) = findings.questions
    assert (question.column, question.key) == ("x", "format")
    assert question.choices == {"day first": {"format": "%d/%m/%Y"}, "month first": {"format": "%m/%d/%Y"}}
    assert "format" not in found.meta

    for first, pattern in (("day first", "%d/%m/%Y"), ("month first", "%m/%d/%Y")):
        found, findings = one(look, values, first=first)
        assert (found.meta["format"], findings.questions) == (pattern, [])


def test_what_a_person_says_does_not_overrule_the_sample(look):
    found, _ = one(look, ["03/04/2024", "17/03/2024", "01/01/2024"], first="month first")
    assert found.meta["format"] == "%d/%m/%Y"


def test_years_of_two_digits_leave_three_orders_open(look):
    _, findings = one(look, ["03/04/05", "05/06/07", "01/02/03"])
    assert list(findings.questions[0].choices) == ["day first", "month first", "year first"]


def test_three_digits_after_a_mark_are_asked(look):
    _, findings = one(look, ["1.234", "12.500", "7.000"])
    (question,) = findings.questions
    assert list(question.choices.values()) == [{"decimal_mark": "."}, {"decimal_mark": ",", "thousands_mark": "."}]


def test_null_words_that_are_never_values_are_the_exports(look):
    findings = look("no,region,amount\n1,NULL,5\n2,West,NULL\n3,N/A,7\n")
    assert findings.export["nulls"] == ["", "NULL"]
    assert column(findings, "amount").data_type == "integer"
    assert "holds 'N/A' 1 times: a null word? (then `nulls`)" in column(findings, "region").evidence


def test_a_column_must_fit_all_samples(shop, sample):
    one, two = (
        sample("no,day\n1,01/02/2024\n", "sales_2024-01-31.csv"),
        sample("no,day\n2,17/02/2024\n", "sales_2024-02-29.csv"),
    )

    findings = profile(shop.settings, [one, two], "till")

    assert (findings.table, findings.export["files"]) == ("sales", "sales_*.csv")
    assert findings.export["exported_at"] == {"name": r"(\d{4}-\d{2}-\d{2})", "format": "%Y-%m-%d"}
    assert column(findings, "day").meta["format"] == "%d/%m/%Y"


# --- keys, personal data, names ---------------------------------------------------------------------------------------
def test_the_key_is_unique_and_complete_or_a_pair_is(look):
    assert column(look("name,no\nA,1\nB,2\nB,3\n"), "no").meta["key"]
    pair = look("order_no,product_no,units\n1,1,5\n1,2,5\n2,1,5\n2,2,5\n")
    assert [c.name for c in pair.columns if c.meta.get("key")] == ["order_no", "product_no"]
    assert look("name,units\nA,1\nA,1\n").evidence["key"].startswith("no column")


def test_personal_data_is_told_by_header_and_by_content(look):
    findings = look(
        "Customer Name,电话,reach,DOB,Street,note,product\n"
        "Ann,+49 30 123456,ann@a.example,1990-01-01,Weg 1,hello,pen\n"
        "Bob,+49 30 654321,bob@b.example,1991-01-01,Weg 2,hello,ink\n"
    )
    assert [c.meta.get("personal") for c in findings.columns] == [
        "name", "phone", "email", "birth_date", "address", "free_text", None,
    ]  # fmt: skip


def test_no_value_of_a_sample_is_written_into_descriptions(look, tmp_path):
    findings = look("no,name\n1,Mrs Secret\n2,Mr Hidden\n")
    text = "".join(path.read_text() for path in write(findings, tmp_path / "till", force=False))
    assert "Secret" not in text and "Hidden" not in text


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Customer ID", "customer_id"),
        ("customerID", "customer_id"),
        ("HTTPStatus", "http_status"),
        ("Größe (cm)", "groesse_cm"),
        ("Tax %", "tax_percent"),
        ("订单编号", "order_no"),
        ("神秘字段", "column_1"),
        ("2024", "n_2024"),
        ("Order", "order_value"),
        ("", "column_1"),
        ("'; drop table x --", "drop_table_x"),
    ],
)
def test_names_are_made_from_headers(header, name):
    assert column_names([header])[0][0] == name


def test_names_differ_where_headers_do_not():
    assert [name for name, _ in column_names(["Name", "name", "NAME"])] == ["name", "name_2", "name_3"]


def test_tables_and_patterns_are_made_from_file_names():
    assert table_name(["Orders_20240131.csv"]) == "orders"
    assert files_pattern(["Orders_20240131.csv"]) == ("Orders_*.csv", {"name": r"(\d{4}\d{2}\d{2})", "format": "%Y%m%d"})
    assert files_pattern(["a[1].csv"]) == ("a[[]1].csv", None)
    assert files_pattern(["east.csv", "west.csv"]) == ("*st.csv", None)
    assert snake_case("___") == ""


# --- what is written --------------------------------------------------------------------------------------------------
HOSTILE = 'No,"a: b # c","{{ x }}","say ""hi""\nthere",Name,Name\n1,x,y,z,A,B\n2,x,y,z,C,D\n'


def test_what_is_written_loads_its_own_sample_whatever_its_headers(shop, look):
    findings = look(HOSTILE)
    write(findings, shop.settings.dbt_project / "models" / "systems" / "till", force=False)

    (told,) = rehearse(shop.settings, "till", [shop.project / "samples" / "sales.csv"])

    assert (told.refused, told.rows_good, told.rows_rejected, told.notices) == (None, 2, 0, [])


def test_another_table_is_added_and_the_first_stays_as_it_was(shop, sample):
    folder = shop.settings.dbt_project / "models" / "systems" / "till"
    write(profile(shop.settings, [sample("no,x\n1,2\n2,2\n")], "till"), folder, force=False)
    before = (folder / "_till__sources.yml").read_text()
    write(profile(shop.settings, [sample("no,y\n1,2\n2,2\n", "returns.csv")], "till"), folder, force=False)
    after = (folder / "_till__sources.yml").read_text()

    assert after.startswith(before)
    assert [table["name"] for table in yaml.safe_load(after)["sources"][0]["tables"]] == ["sales", "returns"]


def test_a_table_that_is_there_is_replaced_only_by_force(shop, sample):
    folder = shop.settings.dbt_project / "models" / "systems" / "till"
    for name in ("sales.csv", "returns.csv"):
        write(profile(shop.settings, [sample("no,x\n1,2\n2,2\n", name)], "till"), folder, force=False)
    changed = profile(shop.settings, [sample("no,z\n1,2\n2,2\n")], "till")

    with pytest.raises(UsageError, match="declared already"):
        write(changed, folder, force=False)
    write(changed, folder, force=True)

    tables = yaml.safe_load((folder / "_till__sources.yml").read_text())["sources"][0]["tables"]
    assert [(t["name"], [c["name"] for c in t["columns"]]) for t in tables] == [
        ("sales", ["no", "z"]),
        ("returns", ["no", "x"]),
    ]
    assert "        z\n" in (folder / "stg_till__sales.sql").read_text().replace(",", "")


@pytest.fixture
def rapport(shop, monkeypatch, capfd):
    monkeypatch.setenv("RAPPORT_PROJECT", str(shop.project))
    monkeypatch.setenv("RAPPORT_HOME", str(shop.project / "home"))
    monkeypatch.setenv("RAPPORT_JSON", "1")

    def run(*words):
        with pytest.raises(SystemExit) as end:
            main([str(word) for word in words])
        return end.value.code or 0, json.loads(capfd.readouterr().out)

    return run


def test_an_open_question_is_a_todo_that_the_loader_refuses_with_the_question(rapport, sample):
    path = sample("no,day\n1,03/04/2024\n2,05/06/2024\n")

    code, told = rapport("source", "new", path, "--system", "till")
    assert (code, [question["column"] for question in told["questions"]], told["samples"]) == (0, ["day"], None)

    code, told = rapport("source", "check", "till", path)
    assert code == 2
    assert "not finished" in told["error"]["what"]
    assert "column day, format: Is 03/04/2024 (record 1) day first or month first?" in told["error"]["where"]


def test_an_option_answers_it_and_the_samples_are_loaded_by_what_was_written(rapport, sample):
    path = sample("no,day\n1,03/04/2024\n2,05/06/2024\n")

    code, told = rapport("source", "new", path, "--system", "till", "--day-first")

    assert (code, told["questions"]) == (0, [])
    assert [(s["good"], s["rejected"]) for s in told["samples"]] == [(2, 0)]
    assert {Path(path).name for path in told["written"]} == {"_till__sources.yml", "stg_till__sales.sql", "stg_till__sales.yml"}


def test_a_system_is_named_after_the_folder_of_its_samples(rapport, sample):
    assert rapport("source", "new", sample("no,x\n1,2\n"))[1]["system"] == "samples"


def test_a_person_at_a_terminal_is_asked(shop, sample):
    path = sample("no,day\n1,03/04/2024\n2,05/06/2024\n")
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {"RAPPORT_PROJECT": str(shop.project), "RAPPORT_HOME": str(shop.project / "home")}
        command = f"from rapport.cli import main; main(['source', 'new', {str(path)!r}, '--system', 'till'])"
        os.execv(sys.executable, [sys.executable, "-c", command])
    seen = b""
    for question, answer in ((b"Which", b"no idea\n"), (b"Which", b"month first\n"), (b"What does a file mean", b"upsert\n")):
        seen = b""
        while question not in seen or not seen.rstrip().endswith(b":"):
            assert select.select([terminal], [], [], 30)[0], seen
            seen += os.read(terminal, 1024)
        os.write(terminal, answer)
    with contextlib.suppress(OSError):  # Linux's word for the end
        while part := os.read(terminal, 1024):
            seen += part
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    file = shop.settings.dbt_project / "models" / "systems" / "till" / "_till__sources.yml"
    (table,) = yaml.safe_load(file.read_text())["sources"][0]["tables"]
    assert table["config"]["meta"]["export"]["load"] == "upsert"
    assert table["columns"][1]["config"]["meta"] == {"format": "%m/%d/%Y"}
    assert b"2 good, 0 rejected" in seen


@pytest.mark.parametrize("words", [["--system", "../x"], ["--table", "A b"], ["--day-first", "--month-first"]])
def test_what_is_no_name_or_no_choice_is_a_usage_error(rapport, sample, words):
    assert rapport("source", "new", sample("no,x\n1,2\n"), *words)[0] == 2
