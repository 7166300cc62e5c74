"""Recipients: who gets which report, read from recipients.yml and refused whole when any entry is wrong."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from rapport.errors import UsageError
from rapport.yaml_text import parse_yaml


class Recipient(BaseModel):
    """One person: an address, a language and, where a report is split, the scope that is theirs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    address: str
    language: str = "en"
    scope: str = "all"

    @field_validator("address")
    @classmethod
    def _is_address(cls, value: str) -> str:
        from email_validator import EmailNotValidError, validate_email

        try:
            # Servers without SMTPUTF8 are the rule: an international domain goes as ASCII, a local part has to be it.
            return validate_email(value, check_deliverability=False, allow_smtputf8=False).ascii_email
        except EmailNotValidError as error:
            raise ValueError(f"{value!r} is not a mail address: {error}") from None


class Recipients(BaseModel):
    """recipients.yml: groups by name, each a list of people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: dict[str, list[Recipient]]

    @field_validator("groups")
    @classmethod
    def _nobody_twice(cls, groups: dict[str, list[Recipient]]) -> dict[str, list[Recipient]]:
        for group, people in groups.items():
            pairs = [(person.address.casefold(), person.scope) for person in people]
            if doubled := {address for address, scope in pairs if pairs.count((address, scope)) > 1}:
                raise ValueError(f"group {group!r} names {', '.join(sorted(doubled))} more than once")
        return groups

    def of(self, group: str, scope: str = "all") -> list[Recipient]:
        """The people of a group whose scope this is.

        Raises:
            UsageError: there is no such group.
        """
        if group not in self.groups:
            raise UsageError(
                f"There is no group of recipients called {group!r}.",
                where=f"recipients.yml has: {', '.join(sorted(self.groups)) or 'no group'}",
                fix="Add the group, or name another in the report's report.yml.",
            )
        return [person for person in self.groups[group] if person.scope == scope]


def read_recipients(file: Path) -> Recipients:
    """Read and validate recipients.yml.

    Raises:
        UsageError: the file is missing, is not YAML, or an entry is wrong; every wrong entry is named.
    """
    import yaml

    try:
        return Recipients.model_validate(parse_yaml(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UsageError(
            "There is no recipients file.",
            where=str(file),
            fix="Write `groups: {management: [{name: …, address: …, language: en}]}` into it.",
        ) from None
    except yaml.YAMLError as error:
        raise UsageError("The recipients file is not YAML.", where=f"{file}: {error}", fix="Mend the line named.") from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise UsageError("The recipients file has wrong entries.", where=f"{file}: {wrong}", fix="Mend them.") from None
