"""`holdspace demo`: the bot at work in a local sandbox, in a browser. Needs no account, settings, key or network."""

from typing import Annotated

import typer

from bot.cli.common import wait_for


def command(
    browser: Annotated[bool, typer.Option(help="Open the page in a browser, if there is one.")] = True,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of the page; 0 takes a free one.")] = 0,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the bot's log on stderr.")] = False,
) -> None:
    """Show the bot at work in a local sandbox: a page with a guided tour, made-up people and a clock to move.

    The first line is the page's address. Ctrl-C ends the demo and removes everything that it wrote.
    """
    from bot import log
    from bot.cli.demo.show import show

    log.configure("info" if verbose else "warning")
    wait_for(show(port, browser=browser))
