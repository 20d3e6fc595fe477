"""What the style asks of every file, held by machine."""

import ast
import subprocess
from functools import cache
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).parents[2]
OURS = ("bot", "cogs", "sandbox", "prompts", "tests", "bench")
SOURCES = sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


def among(*folders: str) -> list[Path]:
    """Return our files in these folders; there are some in each."""
    found = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in folders]
    assert {path.relative_to(ROOT).parts[0] for path in found} == set(folders)
    return found


def test_no_file_is_longer_than_500_lines():
    long = [named(path) for path in among(*OURS) if len(text_of(path).splitlines()) > 500]
    assert long == [], "split them by role"


def test_every_module_says_what_it_is_for():
    silent = [
        named(path)
        for path in among(*(folder for folder in OURS if folder != "tests"))
        if tree_of(path).body and not ast.get_docstring(tree_of(path))
    ]
    assert silent == [], "begin each with one line that says what it is for"


def test_every_folder_of_tests_is_a_package():
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_no_mock_is_without_a_specification():
    bare = [
        f"{named(path)}, line {node.lineno}"
        for path in among("tests")
        for node in calls_in(path)
        if called(node) in {"Mock", "MagicMock", "AsyncMock"}
        and not {keyword.arg for keyword in node.keywords} & {"spec", "spec_set"}
    ]
    assert bare == [], "give the mocks a spec, or write a small fake"


def calls_in(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_only_the_clock_reads_the_time():
    allowed = {"bot/clock.py", "bot/ticker.py", "bot/log.py"}
    reading = [
        f"{named(path)}, line {node.lineno}"
        for path in among("bot", "cogs")
        if named(path) not in allowed
        for node in ast.walk(tree_of(path))
        if reads_the_time(node)
    ]
    assert reading == [], "take now as a parameter"


def reads_the_time(node: ast.AST) -> TypeGuard[ast.expr]:
    if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
        return ast.unparse(node.value) in {"datetime", "date", "datetime.datetime"}
    return isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.time", "discord.utils.utcnow"}


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
