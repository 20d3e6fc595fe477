"""`holdspace run`: the bot."""

from bot.cli.common import ConfigOption, load_settings, wait_for


def command(config: ConfigOption = None) -> None:
    """Run the bot until it is stopped with Ctrl-C or SIGTERM. Logs go to stderr as JSON lines."""
    from bot import log
    from bot.app import run

    settings = load_settings(config)
    log.configure(settings.log.level)
    wait_for(run(settings))
