"""The demo company, Nordhaven Supply: its systems' exports out of one seed, and the truth about them."""

from rapport.demo.exports import DemoResult, make_exports

__all__ = ["DemoResult", "make_exports"]
