"""What the documents promise, held against the code."""

import re
from pathlib import Path

import pytest

from bot import errors
from bot.cli import COMMANDS
from bot.schema import whole_schema

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_within_the_project_leads_somewhere(document: Path):
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        there = (document.parent / file).resolve() if file else document
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there.read_text(encoding="utf-8")), target


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings, as repository hosts make them."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_stored_table_is_told_to_the_people_it_is_about():
    told = set(re.findall(r"`(\w+)`", read("docs/privacy.md")))
    stored = {table.name for table in whole_schema().sorted_tables if table.name != "alembic_version"}
    assert stored <= told, f"docs/privacy.md says nothing of {stored - told}"


def test_the_guide_lists_every_exit_code():
    listed = {int(code) for code in re.findall(r"^\| (\d+) \| ", read("docs/operators.md"), re.MULTILINE)}
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.HoldspaceError)
    ]
    assert {kind.exit_code for kind in kinds} | {0, 2, 70, 130} == listed


def test_every_command_that_a_document_names_exists():
    for document in DOCUMENTS:
        for block in re.findall(r"`holdspace ([a-z]+)|^holdspace ([a-z]+)", document.read_text(), re.MULTILINE):
            assert "".join(block) in COMMANDS, f"{document.name}: holdspace {''.join(block)}"


def test_the_group_in_the_guide_can_be_imported():
    from datetime import UTC, datetime

    from bot.groups import toml_file

    block = re.search(r"```toml\n(\[\[group\]\].+?)```", read("docs/operators.md"), re.DOTALL)
    assert block is not None
    (group,) = toml_file.parse(block[1], datetime(2026, 11, 22, tzinfo=UTC))
    assert group.key == "tuesday"


def test_the_first_screen_of_the_readme_says_what_it_is_not():
    first_screen = read("README.md")[:2600]
    for needed in ("Not a crisis service", "HIPAA", "Rule 16", "make demo", "make test"):
        assert needed in first_screen
