"""One file: a page with its style and script inside, forbidden by its own policy to ask anything of any network."""

import base64
from hashlib import sha256


def as_one_file(html: str, place: str, style: str, script: str) -> str:
    """Put style, script and policy into a page.

    Args:
        place: what the style replaces, in the head.
        script: runs after the page has been read; browsers run no other, as the policy names its hash.
    """
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<style>{style}</style>"
    )
    body, end, after = html.replace(place, head, 1).rpartition("</body>")
    return f"{body}<script>{script}</script>\n{end}{after}"


def _policy(script: str) -> str:
    allowed = base64.b64encode(sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        f"script-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    )
