"""The survey tool's exports: workbooks, one of invitations and one of answers a quarter."""

from rapport.demo import faults
from rapport.demo.days import Window
from rapport.demo.records import ExportFile, Record, Table, merged
from rapport.demo.voice import Answer, Invitation

INVITATIONS = Table(
    "surveys", "invitations", ("Invitation", "Survey", "Account", "Contact", "Sent at", "Channel"), suffix="xlsx"
)
ANSWERS = Table(
    "surveys", "answers",
    ("Answer", "Invitation", "Survey", "Kind", "Account", "Contact", "Order", "Touchpoint", "Score", "Lowest", "Highest",
     "Comment", "Language", "Answered at"),
    suffix="xlsx",
)  # fmt: skip


def survey_files(window: Window, invitations: list[Invitation], answers: list[Answer]) -> list[ExportFile]:
    """All files of the survey tool."""
    answered = [*map(_answer, answers), *faults.planted(ANSWERS, window)]
    return [
        *merged(INVITATIONS, map(_invitation, invitations), window, period="quarterly"),
        *merged(ANSWERS, answered, window, period="quarterly"),
    ]


def _invitation(invitation: Invitation) -> Record:
    cells = (
        invitation.invitation_no, invitation.survey_no, invitation.account.account_no, invitation.contact.contact_no,
        invitation.sent_at, "email",
    )  # fmt: skip
    return Record(invitation.sent_at.date(), invitation.invitation_no, cells)


def _answer(answer: Answer) -> Record:
    asked = answer.invitation
    lowest, highest = (0, 10) if answer.kind == "nps" else (1, 5)
    cells = (
        answer.answer_no, asked.invitation_no, asked.survey_no, answer.kind, asked.account.account_no, asked.contact.contact_no,
        answer.order.order_no if answer.order else "", "delivery" if answer.order else "relationship", answer.score, lowest,
        highest, answer.comment, asked.account.language, answer.answered_at,
    )  # fmt: skip
    return Record(answer.answered_at.date(), answer.answer_no, cells)
