"""What is made from the rules' tables is what is published."""

from pathlib import Path

from hopdrive_appointments import rules
from hopdrive_appointments.export import rulebook

DOCS = Path(__file__).parent.parent / "docs"


def test_the_published_rulebook_is_the_generated_one() -> None:
    """The page in docs is, byte for byte, what the tables make."""
    assert (DOCS / "rulebook.md").read_bytes() == rulebook().encode()


def test_the_rulebook_names_every_id() -> None:
    """Every rule, decision, code, field, trigger and source statement has a line of its own."""
    starts = {line.split(" | ")[0].strip("| `") for line in rulebook().splitlines() if line.startswith("|")}
    assert starts >= {*rules.RULE, *rules.CODE, *rules.RECORD_KEYS, *rules.TRANSITION, *rules.SOURCE_STATEMENT}
