"""The theme: colours as tokens, light and dark, for style sheets and charts; the company's logo and line of confidentiality."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapport.editions.charts.lettering import FAMILY
from rapport.editions.report import read_yaml
from rapport.errors import UsageError
from rapport.settings import Settings

if TYPE_CHECKING:
    from rapport.company import Logo

READ = ("ink", "muted", "accent", "actual", "good", "bad", "watch", "alarm")  # tokens in which texts are set
GROUNDS = ("paper", "surface")
ENOUGH = 4.5  # contrast of text, WCAG 2.2 AA (success criterion 1.4.3)


@dataclass(frozen=True)
class Theme:
    """How everything looks.

    Args:
        light, dark: token → colour; both have the same tokens.
        logo: of the company, for light and for dark grounds; None when it has none.
        confidential: language → the line of confidentiality; empty when the catalogue's holds.
    """

    light: dict[str, str]
    dark: dict[str, str]
    logo: "Logo | None"
    confidential: dict[str, str]


def read_theme(settings: Settings) -> Theme:
    """The tokens of reports/layout/theme.yml, as far as company.yml does not set them otherwise.

    Raises:
        UsageError: company.yml names a token that there is not, or texts would be too pale to read on a ground.
    """
    own = settings.company.theme
    schemes = read_yaml(settings.reports / "layout" / "theme.yml")
    merged: dict[str, dict[str, str]] = {}
    for scheme, chosen in (("light", own.light), ("dark", own.dark)):
        tokens = {name: str(value).upper() for name, value in schemes[scheme].items()}
        if own.good_is == "red":
            tokens |= {"good": tokens["bad"], "bad": tokens["good"]}
        if unknown := sorted(set(chosen) - set(tokens)):
            raise UsageError(
                f"The theme sets colours that nothing has: {', '.join(unknown)}.",
                where=f"{settings.company_file}: theme.{scheme}",
                fix=f"Choose among: {', '.join(tokens)}.",
            )
        merged[scheme] = tokens | {name: value.upper() for name, value in chosen.items()}
        _require_legible(merged[scheme], f"{settings.company_file}: theme.{scheme}")
    return Theme(merged["light"], merged["dark"], own.logo, own.confidential)


def _require_legible(tokens: dict[str, str], where: str) -> None:
    pale = [
        f"{name} {tokens[name]} on {ground} {tokens[ground]} has {found:.1f}:1"
        for name in READ
        for ground in GROUNDS
        if (found := contrast(tokens[name], tokens[ground])) < ENOUGH
    ]
    if pale:
        raise UsageError(
            f"Colours of the theme are too much alike to be read: {'; '.join(pale)}.",
            where=where,
            fix=f"Choose darker ones on a light ground, lighter ones on a dark ground: texts need {ENOUGH}:1.",
        )


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance).

    Args:
        one, other: like #1B2330.
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def as_css(theme: Theme, *, screen: bool) -> str:
    """The tokens as CSS variables; with `screen` also those for dark screens."""
    css = f":root{{{_variables(theme.light)}--family:{FAMILY}}}"
    if screen:
        css += f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables(theme.dark)}}}}}"
    return css


def _variables(tokens: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in tokens.items())
