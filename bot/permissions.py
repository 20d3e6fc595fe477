"""What the bot must be allowed to do on a server, and why: the least that its features need."""

# Discord's names for the permissions, as discord.py spells them. No Administrator, and no Manage anything.
NEEDED = {
    "view_channel": "see the circle and the care channel",
    "send_messages": "post prompts in the circle and pages in the care channel",
    "read_message_history": "read what was said while it was away, so that no cry for help is missed",
    "create_public_threads": "give each daily prompt a thread of its own, for the answers",
    "create_private_threads": "say a private word to one member, out of sight of the others",
    "send_messages_in_threads": "speak in those threads",
    "attach_files": "send the therapists a small chart with their digest",
}
# In the circle nothing is attached; without the permission the digest comes without its chart.
NEEDED_IN_CIRCLE = tuple(name for name in NEEDED if name != "attach_files")
# The care channel needs no threads.
NEEDED_IN_CARE = ("view_channel", "send_messages", "read_message_history")

SCOPES = ("bot", "applications.commands")


def invite_link(application_id: int) -> str:
    """Return the link with which a server's owner adds the bot, asking for exactly what it needs."""
    import discord  # noqa: PLC0415  (a third of a second that `--help` need not wait for)

    allowed = discord.Permissions(**dict.fromkeys(NEEDED, True))
    return discord.utils.oauth_url(application_id, permissions=allowed, scopes=SCOPES)
