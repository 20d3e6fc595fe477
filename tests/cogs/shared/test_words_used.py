"""No text lies about that nobody shows: it would be translated, checked and believed for nothing."""

import ast
import re
from pathlib import Path

from bot.words import FALLBACK, Library

ROOT = Path(__file__).parents[3]


def test_every_text_is_named_in_the_code():
    named, patterns = set(), set()
    for file in (*ROOT.glob("bot/**/*.py"), *ROOT.glob("cogs/**/*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
            if isinstance(node, ast.JoinedStr) and re.match(r"[a-z_]+\\?\.", pattern(node)):
                patterns.add(pattern(node))
    composed = re.compile("|".join(sorted(patterns)))
    unused = [
        name
        for name in Library.load().of(FALLBACK).names()
        if not {name, name.rpartition(".")[0]} & named and not composed.fullmatch(name)
    ]
    assert sorted(unused) == []


def pattern(node):
    """Turn an f-string into the pattern of what it can become."""
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-zA-Z0-9_.-]+" for part in node.values
    )
