"""The theme: colours as tokens, for the style sheet and for the charts."""

from rapport.editions.report import read_yaml
from rapport.settings import Settings

FAMILY = "Inter,Noto Sans SC,sans-serif"  # unquoted and without blanks, or charts take Japanese shapes for Chinese


def read_theme(settings: Settings) -> dict[str, str]:
    """The tokens of reports/layout/theme.yml."""
    return {name: str(value) for name, value in read_yaml(settings.reports / "layout" / "theme.yml").items()}


def as_css(theme: dict[str, str]) -> str:
    """The tokens as CSS variables."""
    return ":root{" + "".join(f"--{name}:{value};" for name, value in theme.items()) + f"--family:{FAMILY}}}"
