"""What the style asks of every file, held by machine."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("bot", "cogs", "sandbox", "prompts", "tests", "bench")
SOURCES = sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_no_file_is_longer_than_500_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500, "split it by role"


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parts[len(ROOT.parts)] != "tests"], ids=named)
def test_every_module_says_what_it_is_for(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree), "begin it with one line that says what it is for"


def test_every_folder_of_tests_is_a_package():
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("path", [path for path in SOURCES if named(path).startswith("tests")], ids=named)
def test_no_mock_is_without_a_specification(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in {"Mock", "MagicMock", "AsyncMock"}:
                given = {keyword.arg for keyword in node.keywords}
                assert given & {"spec", "spec_set"}, f"line {node.lineno}: give the mock a spec, or write a small fake"


@pytest.mark.parametrize("path", [p for p in SOURCES if named(p).startswith(("bot", "cogs"))], ids=named)
def test_only_the_clock_reads_the_time(path):
    allowed = {"bot/clock.py", "bot/ticker.py", "bot/log.py"}
    if named(path) in allowed:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
            owner = ast.unparse(node.value)
            assert owner not in {"datetime", "date", "datetime.datetime"}, (
                f"line {node.lineno}: take now as a parameter"
            )
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.time", "discord.utils.utcnow"}:
            raise AssertionError(f"line {node.lineno}: take now as a parameter")


def test_lock_files_and_sources_name_no_address_of_a_registry_or_a_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    for name in tracked.stdout.splitlines():
        if name.endswith(".lock"):
            assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name


def test_the_development_lock_contains_the_runtime_lock():
    def pins(name):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}

    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()
