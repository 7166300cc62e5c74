"""Accessible: what a machine can check of PDF/UA-1, in every language."""

import pytest
from pdfua import Severity, validate


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pdf_has_no_error_against_pdf_ua(composed, language):
    report = validate(composed.folder / language / "report.pdf")

    assert [str(finding) for finding in report.findings if finding.severity == Severity.ERROR] == []


def test_a_pdf_without_tags_is_found(tmp_path):
    from weasyprint import HTML

    file = tmp_path / "untagged.pdf"
    HTML(string="<p>words</p>").write_pdf(file)

    assert [finding for finding in validate(file).findings if finding.severity == Severity.ERROR]
