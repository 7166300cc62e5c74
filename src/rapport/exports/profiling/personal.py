"""Personal data: columns that seem to hold it, by the words of their header and by their values."""

import re

_WORDS = (  # class, words in a header; the first that fits counts
    ("email", r"e[-_ ]?mail|邮箱|电子邮件"),
    ("phone", r"\bphone|phone\b|mobile|\btel\b|telephone|\bfax\b|手机|电话|传真"),
    ("birth_date", r"birth|\bdob\b|出生|生日"),
    ("identifier", r"\bssn\b|passport|national id|tax id|\biban\b|identity|身份证|护照|社保|\bip\b"),
    ("address", r"address|street|postal|postcode|\bzip\b|地址|邮编|邮政编码|住址"),
    ("free_text", r"comment|message|\bnotes?\b|remark|feedback|备注|留言|评论|反馈"),
    ("name", r"(customer|contact|first|last|full|user|buyer|recipient|employee|ship|bill|company|account|person|nick) ?name"
     r"|姓名|联系人|客户名称|客户姓名|收货人|昵称|会员名"),
)  # fmt: skip
_VALUES = (
    ("email", r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    ("identifier", r"\d{17}[\dXx]"),  # a Chinese identity number
    ("phone", r"(\+\d|\(\d+\)|0\d+[-/ ])[\d\s()./-]{5,}(x\d+)?|1[3-9]\d{9}"),
)
_MOST = 0.8
_LONG = 60  # characters on average, from which texts are words of people


def personal_class(engine: object, table: str, header: str, name: str, data_type: str) -> tuple[str, str] | None:
    """What kind of personal data a column seems to hold, and why.

    Args:
        engine: DuckDB connection.
        table: a table of the column's different values: value, times.
    """
    words = f"{header} {name.replace('_', ' ')}".casefold()
    for kind, pattern in _WORDS:
        if found := re.search(pattern, words):
            return kind, f"personal ({kind}): the header says {found[0]!r}"
    every = engine.execute(f"select sum(times), sum(times * length(value)) / sum(times), count(*) from {table}").fetchone()
    if not every[0] or data_type not in ("varchar", "bigint"):
        return None  # 03/04/2024 looks like a telephone number, too
    for kind, pattern in _VALUES:
        fitting = (
            engine.execute(f"select sum(times) from {table} where regexp_full_match(value, ?)", [pattern]).fetchone()[0] or 0
        )
        if fitting >= _MOST * every[0]:
            return kind, f"personal ({kind}): {100 * fitting / every[0]:.0f} % of the values look like it"
    spaced = f"select count(*) from {table} where contains(value, ' ') or regexp_matches(value, '[\\x{{4e00}}-\\x{{9fff}}]')"
    if every[1] > _LONG and every[2] > 20 and engine.execute(spaced).fetchone()[0] > _MOST * every[2]:
        return "free_text", f"personal (free_text): texts of {every[1]:.0f} characters on average"
    return None
