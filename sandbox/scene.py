"""A small practice to play in: a circle, a care channel, two members, two therapists, an owner, an outsider."""

from sandbox.permissions import EVERYONE_DEFAULT, Permission
from sandbox.world import World

SERVER, LOBBY, CIRCLE, CARE = 1001, 2000, 2001, 2002
MARIA, TOM = 3001, 3002
ALICE, BEN = 4001, 4002
OLGA, OSCAR = 5001, 5002

_PEOPLE = {
    ALICE: ("Alice", "member of the Tuesday circle"),
    BEN: ("Ben", "member of the Tuesday circle"),
    MARIA: ("Maria", "therapist of the Tuesday circle"),
    TOM: ("Tom", "therapist of the Tuesday circle"),
    OLGA: ("Olga", "owner of the server, no therapist"),
    OSCAR: ("Oscar", "on the server, in no group"),
}

_SEES = (Permission.VIEW_CHANNEL, Permission.NONE)
_HIDDEN = (Permission.NONE, Permission.VIEW_CHANNEL)


def build(world: World, bot_permissions: Permission) -> None:
    """Put the practice into a world; the bot gets what its invite link asks for and nothing from @everyone."""
    people = {who: world.add_person(id=who, name=name, about=about) for who, (name, about) in _PEOPLE.items()}
    guild = world.add_guild(
        id=SERVER,
        name="Riverside practice",
        owner=people[OLGA],
        everyone=Permission.NONE,
        bot_permissions=bot_permissions,
    )
    members = world.add_role(guild, id=6001, name="members", permissions=EVERYONE_DEFAULT)
    therapists = world.add_role(guild, id=6002, name="therapists", permissions=EVERYONE_DEFAULT)
    visitors = world.add_role(guild, id=6003, name="visitors", permissions=EVERYONE_DEFAULT)
    world.add_text_channel(guild, id=LOBBY, name="lobby")
    circle = {guild: _HIDDEN, members: _SEES, therapists: _SEES, world.bot: _SEES}
    world.add_text_channel(guild, id=CIRCLE, name="tuesday-circle", overwrites=circle)
    care = {guild: _HIDDEN, therapists: _SEES, world.bot: _SEES}
    world.add_text_channel(guild, id=CARE, name="care", overwrites=care)
    for role, who in ((members, (ALICE, BEN)), (therapists, (MARIA, TOM))):
        for person in who:
            world.join(guild, people[person], roles=[role])
    world.join(guild, people[OSCAR], roles=[visitors])
