"""Workbooks for tests: written by XlsxWriter or by hand, changed as other programs may have written them."""

import io
import zipfile

PLAIN = ["name: order_no, data_type: varchar, config: {meta: {key: true}}", 'name: amount, data_type: "decimal(18,4)"']


def declare(shop, columns=PLAIN, export="", table="orders", more=""):
    shop.declare(
        f'- name: {table}\n  config: {{meta: {{export: {{files: "*", load: append, format: [xlsx, xls, ods]{export}}}}}}}\n'
        "  columns:\n" + "".join(f"    - {{{column}}}\n" for column in columns) + more
    )


def workbook(sheets, **options):
    """An XLSX of sheet → rows; a cell may be (value, number format), or (formula, its result)."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **options}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    value, extra = cell if isinstance(cell, tuple) else (cell, None)
                    if isinstance(value, str) and value.startswith("="):
                        sheet.write_formula(row, column, value, None, extra)
                    elif isinstance(value, str):
                        sheet.write_string(row, column, value)
                    elif value is not None:
                        sheet.write(row, column, value, book.add_format({"num_format": extra}) if extra else None)
    return content.getvalue()


def replaced(content, member, old, new):
    """The workbook with a part of one member replaced, as another program may have written it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in source.namelist():
            text = source.read(name)
            assert name != member or old in text
            changed.writestr(name, text.replace(old, new) if name == member else text)
    return target.getvalue()


def ods(rows, *, null_date="1899-12-30", name="Orders"):
    """A small ODS; a cell is the XML of `table:table-cell`."""
    spaces = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for prefix, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    body = "".join(f"<table:table-row{attributes}>{''.join(cells)}</table:table-row>" for attributes, cells in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} xmlns:calcext="urn:org:documentfoundation:'
        'names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet><table:calculation-settings>'
        f'<table:null-date table:date-value="{null_date}"/></table:calculation-settings><table:table table:name="{name}">{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return target.getvalue()


def text(value):
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def number(value):
    return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'


def whys(shop):
    return [(r.row, r.line, why.column, why.rule) for r in shop.rejects() for why in r.reasons]


def refusal(shop):
    (refused,) = shop.take().refused
    return refused.what


BOOK = {"Notes": [["x"]], "Jan 2026": [["order_no", "amount"], ["A", 1]], "Feb 2026": [["order_no", "amount"], ["B", 2]]}
