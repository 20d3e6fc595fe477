"""The measurements: which there are, how figures are shown, and that a real one runs."""

import importlib
import pkgutil

import pytest

import bench
from bench.__main__ import main
from bench.report import spread

MODULES = [found.name for found in pkgutil.iter_modules(bench.__path__) if found.name not in ("__main__", "report")]


@pytest.mark.parametrize("name", MODULES)
def test_every_measurement_can_be_run_by_its_name(name):
    assert callable(importlib.import_module(f"bench.{name}").main)


def test_a_mistyped_name_is_told_what_there_is(capsys):
    assert main(["pagign"]) == 2
    assert "paging" in capsys.readouterr().err


def test_figures_are_shown_and_nothing_is_judged(capsys, monkeypatch):
    monkeypatch.setattr("bench.outbox.ROWS", 3)
    assert main(["outbox"]) == 0
    shown = capsys.readouterr().out
    assert "rows written, 3 commits" in shown
    assert "rows/s" in shown


def test_a_spread_shows_the_middle_and_the_longest_and_p99_only_of_many(capsys):
    spread("few", [0.001, 0.002, 0.003])
    spread("many", [number / 1000 for number in range(1, 201)])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [(line[0], line[1], line[-2]) for line in lines] == [
        ("few,", "p50", "2.0"),
        ("few,", "longest", "3.0"),
        ("many,", "p50", "101.0"),
        ("many,", "p99", "198.0"),
        ("many,", "longest", "200.0"),
    ]
