"""Pages: an edition's figures and texts set into templates that can reach nothing else."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape

from markupsafe import Markup

from rapport.editions.blocks import Blocks
from rapport.editions.content import Content
from rapport.editions.drawings import Drawings, Medium
from rapport.editions.fonts import font_faces
from rapport.editions.foreign import harmless
from rapport.editions.mail import as_mail
from rapport.editions.onefile import as_one_file
from rapport.editions.printer import Printer
from rapport.editions.theme import as_css, read_theme
from rapport.editions.words import read_catalogue
from rapport.settings import Settings

STYLE = "<style>/*style*/</style>"  # foreign text cannot be this: its brackets are escaped


@dataclass(frozen=True)
class Rendering:
    """An edition in one language; `mail_images` are the pictures that the mail refers to by `cid:<name>`."""

    language: str
    html: str
    print_html: str
    subject: str
    mail_text: str
    mail_html: str
    mail_images: dict[str, bytes] = field(default_factory=dict)


def render(settings: Settings, content: Content, language: str) -> Rendering:
    """Set an edition in one language.

    Raises:
        LookupError, UsageError: a template or text names something that there is not.
    """
    theme, catalogue = read_theme(settings), read_catalogue(settings, language)
    layout = settings.reports / "layout"
    images: dict[str, bytes] = {}

    def rendered(template: str, medium: Medium) -> str:
        printer = Printer(content.figures, catalogue)
        drawings = Drawings(settings, printer, theme, medium)
        blocks = Blocks(settings, content, printer, drawings)
        text = _environment(settings, blocks, autoescape=medium != "text").get_template(template).render(content=content)
        images.update(drawings.images)
        return text

    html, print_html = rendered("page.html.j2", "page"), rendered("page.html.j2", "print")
    style, screen = ((layout / name).read_text(encoding="utf-8") for name in ("page.css", "screen.css"))
    fonts = font_faces(settings, unescape(re.sub(r"<[^>]+>", "", html)))
    script = (layout / "interactive.js").read_text(encoding="utf-8")
    return Rendering(
        language=language,
        html=as_one_file(html, STYLE, f"{fonts}\n{as_css(theme, screen=True)}\n{style}\n{screen}", script),
        # the bundled fonts are installed for the PDF, which needs neither dark colours nor scripts
        print_html=print_html.replace(STYLE, f"<style>{as_css(theme, screen=False)}\n{style}</style>", 1),
        subject=" ".join(rendered("subject.txt.j2", "text").split()),
        mail_text=rendered("mail.txt.j2", "text"),
        mail_html=as_mail(settings, rendered("mail.html.j2", "mail"), theme),
        mail_images=images,
    )


def _environment(settings: Settings, blocks: Blocks, autoescape: bool):
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(settings.reports / "layout"),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_only_figures_are_numbers,
    )
    environment.globals.update(blocks.for_templates(html=autoescape))
    return environment


def _only_figures_are_numbers(value: object) -> object:
    """Refuse a bare number: whatever is printed must be a figure, which goes through the printer, or a text."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        raise TypeError(f"a template prints the number {value}, which is not a figure and cannot be traced")
    if isinstance(value, str):
        return Markup(harmless(value)) if isinstance(value, Markup) else harmless(value)
    return "" if value is None else value
