"""The mail's HTML: styles written into the elements, a dark twin for each colour, and small enough to be shown whole."""

import re

from rapport.editions.theme import Theme
from rapport.errors import UsageError
from rapport.settings import Settings

LARGEST = 90_000  # bytes; Gmail cuts a mail off at 102,400, and shows the rest on a page of its own
STYLE = "<!--style-->"  # where the template takes its styles

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_AT_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}")
_TOKEN = re.compile(r"var\(--([a-z]+)\)")
_DARK = "@media (prefers-color-scheme: dark)"
_PICTURES = ".light{display:none!important}.dark{display:inline!important}"


def as_mail(settings: Settings, html: str, theme: Theme) -> str:
    """Finish a mail that a template gave.

    Raises:
        UsageError: it is too large.
    """
    from css_inline import CSSInliner

    inlined, kept = _styles((settings.reports / "layout" / "mail.css").read_text(encoding="utf-8"), theme)
    inliner = CSSInliner(extra_css=inlined, inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False)
    done = inliner.inline(_squeezed(html).replace(STYLE, f"<style>{kept}</style>", 1))
    if (size := len(done.encode())) > LARGEST:
        raise UsageError(
            f"The mail has {size // 1000} kB of HTML; above {LARGEST // 1000} kB mail programs cut it off.",
            where=str(settings.reports / "layout" / "mail.html.j2"),
            fix="Show less in it: the full report is attached.",
        )
    return done


def _styles(css: str, theme: Theme) -> tuple[str, str]:
    """The rules to write into elements, and those that stay a style sheet: for telephones and for dark screens."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    media = _AT_MEDIA.findall(css)
    plain = _AT_MEDIA.sub("", css)
    dark = f"{_DARK}{{{_twins(plain, theme.dark)}{_PICTURES}}}"
    return _coloured(plain, theme.light), _coloured(" ".join([*media, dark]), theme.light)


def _twins(css: str, tokens: dict[str, str]) -> str:
    """Each declaration that takes a colour from the theme again, in its dark colour and stronger than what elements say."""
    rules = []
    for selector, declarations in _RULE.findall(css):
        twins = [f"{_coloured(one.strip(), tokens)}!important" for one in declarations.split(";") if _TOKEN.search(one)]
        if twins:
            rules.append(f"{' '.join(selector.split())}{{{';'.join(twins)}}}")
    return "".join(rules)


def _coloured(css: str, tokens: dict[str, str]) -> str:
    return " ".join(_TOKEN.sub(lambda match: tokens[match[1]], css).split())


def _squeezed(html: str) -> str:
    """Without the blank lines and indents that templates leave."""
    return re.sub(r"\s*\n\s*", "\n", html)
