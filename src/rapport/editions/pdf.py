"""The PDF: WeasyPrint with the bundled fonts, able to fetch nothing, giving the same bytes each time."""

import os
from datetime import datetime

from rapport.editions.fonts import use_bundled_fonts
from rapport.errors import RapportError
from rapport.settings import Settings


def write_pdf(settings: Settings, html: str, as_of: datetime) -> bytes:
    """Set a page as tagged PDF (PDF/UA-1).

    Args:
        html: self-contained; what it links to is refused, but for `data:`.
        as_of: stands in the PDF where programs otherwise put the time of writing.

    Raises:
        RapportError: WeasyPrint or the system libraries that it needs are missing.
    """
    use_bundled_fonts(settings)
    os.environ["SOURCE_DATE_EPOCH"] = str(int(as_of.timestamp()))
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise RapportError(
            "The PDF cannot be set: a system library is missing.",
            where=str(error).splitlines()[0],
            fix="apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        ) from None
    fetcher = URLFetcher(allowed_protocols=["data"])
    return HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1")
