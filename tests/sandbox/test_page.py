"""The page's files: complete, self-contained, safe under a strict policy, labelled and readable."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path, PurePosixPath

import aiohttp
import pytest
from hatchling.builders.wheel import WheelBuilder

from sandbox import Sandbox

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "sandbox" / "page"
SCRIPTS = sorted(PAGE.rglob("*.js"))
STYLES = sorted(PAGE.rglob("*.css"))
LONGEST = 400
VOID = {"meta", "link", "img", "input", "br", "hr"}
CONTROLS = {"button", "input", "select", "textarea"}
LEAST_CONTRAST = 4.5
# (text, ground) as the style sheets pair them.
PAIRS = [
    *(
        (text, ground)
        for text in ("text", "muted")
        for ground in ("surface", "rail", "hover", "canvas", "concern", "private")
    ),
    ("link", "surface"),
    ("link", "rail"),
    ("link", "private"),
    ("on-accent", "accent"),
    ("on-soft", "accent-soft"),
    ("danger", "surface"),
    ("danger", "danger-soft"),
    ("surface", "concern-bar"),
    ("surface", "text"),
]
WHITE_ON = ("danger-ground", "success-ground", "cover")


class Element:
    """An element of the page: tag, attributes, text inside."""

    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag, self.attributes, self.text = tag, attributes, ""


class Reader(HTMLParser):
    """Collects the elements of an HTML file and complains about tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, f"</{tag}> closes something else at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data


@pytest.fixture(scope="module")
def elements() -> list[Element]:
    reader = Reader()
    reader.feed((PAGE / "index.html").read_text())
    return reader.elements


def imports(script: Path) -> list[Path]:
    """The modules that a script imports."""
    names = re.findall(r'^(?:import|export)\b[^;]*?from "([^"]+)";', script.read_text(), re.MULTILINE | re.DOTALL)
    return [(script.parent / name).resolve() for name in names]


def test_every_file_that_the_page_names_exists(elements: list[Element]) -> None:
    named = [element.attributes.get("href") or element.attributes.get("src") for element in elements]
    files = [name for name in named if name and not name.startswith("#")]
    assert files
    for name in files:
        assert name.startswith("/page/")
        assert (PAGE / name.removeprefix("/page/")).is_file(), name


def test_every_module_is_found_and_every_script_is_used() -> None:
    reached: set[Path] = set()
    waiting = [PAGE / "app" / "main.js"]
    while waiting:
        script = waiting.pop()
        assert script.is_file(), f"{script} is imported but not there"
        if script not in reached:
            reached.add(script)
            waiting += imports(script)
    assert reached == set(SCRIPTS)


def test_every_import_names_something_that_is_exported() -> None:
    for script in SCRIPTS:
        found = re.findall(r'import \{([^}]*)\} from "([^"]+)";', script.read_text())
        for names, source in found:
            exported = (script.parent / source).resolve().read_text()
            for name in (part.strip().split(" as ")[0] for part in names.split(",") if part.strip()):
                pattern = rf"export (?:async )?(?:const|function|class) {re.escape(name)}\b"
                assert re.search(pattern, exported), f"{script.name} imports {name} from {source}"


def test_every_style_sheet_is_linked(elements: list[Element]) -> None:
    linked = {element.attributes["href"] for element in elements if element.attributes.get("rel") == "stylesheet"}
    assert linked == {f"/page/style/{style.name}" for style in STYLES}


def test_the_wheel_carries_the_whole_page() -> None:
    shipped = {PurePosixPath(file.distribution_path) for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    wanted = {PurePosixPath(path.relative_to(ROOT).as_posix()) for path in PAGE.rglob("*.*") if path.suffix != ".pyc"}
    assert len(wanted) > len(SCRIPTS) + len(STYLES)
    assert wanted <= shipped


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES, PAGE / "index.html"], ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.findall(r"(?:https?:)?//(?:[a-z0-9-]+\.)+[a-z]{2,}", text), "an address outside of this computer"
    assert "@import" not in text
    assert "url(" not in text


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES, PAGE / "index.html"], ids=lambda path: path.name)
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) < LONGEST


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_turns_text_into_markup_or_code(path: Path) -> None:
    text = path.read_text()
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser")
    assert [word for word in forbidden if word in text] == []
    # Style and on* attributes would be refused by the policy; styles are set as properties instead.
    assert not re.search(r'\bstyle: ["`]|setAttribute\("(?:style|on)', text)


def test_the_page_has_no_inline_script_or_style(elements: list[Element]) -> None:
    for element in elements:
        assert element.tag != "style"
        assert element.tag != "script" or element.attributes.get("src")
        assert not [name for name in element.attributes if name == "style" or name.startswith("on")]


def test_ids_are_unique_and_everything_that_refers_to_one_finds_it(elements: list[Element]) -> None:
    ids = Counter(element.attributes["id"] for element in elements if "id" in element.attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    for element in elements:
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for target in (element.attributes.get(name) or "").split():
                assert target in ids, f"{name} points at {target}"
        if element.tag == "a" and (element.attributes.get("href") or "").startswith("#"):
            assert (element.attributes["href"] or "")[1:] in ids


def test_every_control_and_landmark_has_a_name(elements: list[Element]) -> None:
    labels = {element.attributes.get("for") for element in elements if element.tag == "label" and element.text.strip()}
    for element in elements:
        named = bool(element.attributes.get("aria-label") or element.attributes.get("aria-labelledby"))
        if element.tag == "button":
            assert named or element.text.strip()
        elif element.tag in CONTROLS:
            assert named or element.attributes.get("id") in labels, element.attributes
        elif element.tag in ("main", "aside", "nav") or element.attributes.get("role") == "group":
            assert named
        if element.tag == "img":
            assert "alt" in element.attributes


def test_headings_go_down_one_level_at_a_time(elements: list[Element]) -> None:
    levels = [int(element.tag[1]) for element in elements if re.fullmatch(r"h[1-6]", element.tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r"^  (\w+):", (PAGE / "app" / "icons.js").read_text(), re.MULTILINE))
    used = {
        name for script in SCRIPTS for name in re.findall(r'\b(?:icon|iconButton|mark)\(\s*"(\w+)"', script.read_text())
    }
    used |= {name for script in SCRIPTS for name in re.findall(r'\bicon: "(\w+)"', script.read_text())}
    assert used
    assert used <= drawn


def schemes() -> Iterator[dict[str, str]]:
    """The colours of the light and of the dark scheme."""
    text = (PAGE / "style" / "base.css").read_text()
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    pattern = r"--([\w-]+): (#[0-9a-f]{6});"
    first = dict(re.findall(pattern, light))
    yield first
    yield first | dict(re.findall(pattern, dark.split("*,")[0]))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio as WCAG 2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_has_the_contrast_that_wcag_gives() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colours", list(schemes()), ids=["light", "dark"])
def test_text_has_enough_contrast_in_both_schemes(colours: dict[str, str]) -> None:
    pairs = {f"{text} on {ground}": (colours[text], colours[ground]) for text, ground in PAIRS}
    pairs |= {f"white on {ground}": ("#ffffff", colours[ground]) for ground in WHITE_ON}
    faces = re.findall(r"background: (#[0-9a-f]{6});", (PAGE / "style" / "people.css").read_text())
    pairs |= {f"white on face {face}": ("#ffffff", face) for face in faces}
    weak = {name: round(contrast(*pair), 2) for name, pair in pairs.items() if contrast(*pair) < LEAST_CONTRAST}
    assert weak == {}


async def test_the_sandbox_serves_every_file_under_a_strict_policy(sandbox: Sandbox) -> None:
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}
    paths = ["", *(f"page/{path.relative_to(PAGE).as_posix()}" for path in PAGE.rglob("*.*") if path.suffix in kinds)]
    async with aiohttp.ClientSession() as session:
        for path in paths:
            async with session.get(sandbox.page_url + path) as answer:
                assert answer.status == 200, path
                assert answer.content_type == kinds[PurePosixPath(path).suffix or ".html"]
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'self'" in policy
                assert "unsafe" not in policy
