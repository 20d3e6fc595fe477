"""Headless Chromium, driven through chromedriver's plain WebDriver protocol."""

import asyncio
import json
import os
import re
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

ENTER, ESCAPE = "\ue007", "\ue00c"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the WebDriver standard's name for "an element"
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WITHIN = 8.0  # seconds; most things take milliseconds
LOOK = """
const [selector, text, wanted, within, done] = arguments;
const until = performance.now() + within;
const fits = (node) => node.textContent.includes(text) && node.getClientRects().length > 0;
const look = () => {
  const found = [...document.querySelectorAll(selector)].find(fits) ?? null;
  if ((found !== null) === wanted || performance.now() >= until) done(found);
  else setTimeout(look, 20);
};
look();
"""


def programs() -> tuple[str, str]:
    """Find Chromium and chromedriver; without them skip loudly, or fail where CI has to have them."""
    browser = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
    )
    driver = shutil.which("chromedriver") or ""
    if browser and driver:
        return browser, driver
    missing = "chromium" if not browser else "chromedriver"
    if os.environ.get("CI"):
        pytest.fail(f"CI has to look at the page in a browser, but {missing} is not installed")
    pytest.skip(f"NO {missing.upper()}: the sandbox's page was not tried in a browser")


class Browser:
    """One browser window."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._http, self._base = http, base
        self._session = ""

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        async with self._http.request(method, self._base + path, json=body) as answer:
            value = (await answer.json())["value"]
        if answer.status >= 400:
            raise AssertionError(f"{value['error']}: {value['message'].splitlines()[0]}")
        return value

    async def start(self, binary: str, profile: Path) -> None:
        """Open a window."""
        options = {"binary": binary, "args": [*QUIET, f"--user-data-dir={profile}", "--window-size=1440,900"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        made = await self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{made['sessionId']}"

    async def stop(self) -> None:
        """Close the window."""
        if self._session:
            await self._call("DELETE", self._session)

    async def open(self, url: str) -> None:
        """Go to an address."""
        await self._call("POST", f"{self._session}/url", {"url": url})

    async def run(self, script: str, *given: Any) -> Any:
        """Run a script in the page."""
        return await self._call("POST", f"{self._session}/execute/sync", {"script": script, "args": list(given)})

    async def _look(self, selector: str, text: str, *, wanted: bool, within: float) -> Any:
        """Wait in the page until a visible element fits (or none does); give it, or None when the time is over."""
        given = [selector, text, wanted, within * 1000]
        return await self._call("POST", f"{self._session}/execute/async", {"script": LOOK, "args": given})

    async def find(self, selector: str, text: str = "") -> str:
        """Wait for a visible element that fits a CSS selector and holds a text."""
        found = await self._look(selector, text, wanted=True, within=WITHIN)
        assert found, f"the page never showed {selector} {text!r}"
        return str(found[ELEMENT])

    async def shows(self, selector: str, text: str = "") -> bool:
        """Tell whether such an element is visible now."""
        return bool(await self._look(selector, text, wanted=True, within=0))

    async def gone(self, selector: str, text: str = "") -> None:
        """Wait until no such element is visible."""
        found = await self._look(selector, text, wanted=False, within=WITHIN)
        assert not found, f"the page still shows {selector} {text!r}"

    async def click(self, selector: str, text: str = "") -> None:
        """Press the first such element, as soon as it is there."""
        await self._call("POST", f"{self._session}/element/{await self.find(selector, text)}/click", {})

    async def type(self, selector: str, text: str) -> None:
        """Type into such a field."""
        await self._call("POST", f"{self._session}/element/{await self.find(selector)}/value", {"text": text})

    async def complaints(self) -> list[str]:
        """List what the browser's console complains of."""
        entries = await self._call("POST", f"{self._session}/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] in ("SEVERE", "WARNING")]

    async def requested(self, page: str) -> set[str]:
        """List the addresses that a page asked for (the browser's own new tab asks for others)."""
        entries = await self._call("POST", f"{self._session}/se/log", {"type": "performance"})
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        return {params["request"]["url"] for params in sent if params["documentURL"].startswith(page)}


async def _port_of(driver: Process) -> int:
    assert driver.stdout is not None
    async for line in driver.stdout:
        found = re.search(rb"successfully on port (\d+)", line)
        if found:
            return int(found[1])
    raise AssertionError("chromedriver did not start")


@asynccontextmanager
async def browser(profile: Path) -> AsyncIterator[Browser]:
    """Open a browser and close everything that belongs to it afterwards."""
    binary, program = programs()
    driver = await asyncio.create_subprocess_exec(program, "--port=0", stdout=PIPE, stderr=DEVNULL)
    try:
        base = f"http://127.0.0.1:{await asyncio.wait_for(_port_of(driver), 20)}"
        async with aiohttp.ClientSession() as http:
            window = Browser(http, base)
            try:
                await window.start(binary, profile)
                yield window
            finally:
                await window.stop()
    finally:
        driver.terminate()
        await driver.communicate()
