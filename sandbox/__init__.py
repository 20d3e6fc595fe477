"""A local server that speaks Discord's REST API and gateway, with people who can be played. See docs/sandbox.md."""

from sandbox.errors import NotAllowed
from sandbox.faults import Fault
from sandbox.people import People
from sandbox.permissions import EVERYONE_DEFAULT, Permission
from sandbox.server import Sandbox
from sandbox.world import World

__all__ = ["EVERYONE_DEFAULT", "Fault", "NotAllowed", "People", "Permission", "Sandbox", "World"]
