"""`make gallery`: pictures of the newest edition of each report in var/gallery, and what is wrong with them."""

import sys

from rapport.editions.gallery.pictures import draw_gallery
from rapport.errors import RapportError
from rapport.settings import current_settings

if __name__ == "__main__":
    try:
        sys.exit(draw_gallery(current_settings()))
    except RapportError as error:
        sys.exit(
            "\n".join(filter(None, (f"Error: {error.what}", error.where and f"Where: {error.where}", f"Fix: {error.fix}")))
        )
