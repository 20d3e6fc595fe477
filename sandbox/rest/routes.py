"""All routes of the REST API."""

from sandbox.rest import automod, channels, commands, guilds, interactions, members, messages, scheduled_events, threads
from sandbox.rest import users as users_routes
from sandbox.rest.call import Route

ROUTES: list[Route] = [
    *users_routes.ROUTES,
    *commands.ROUTES,
    *channels.ROUTES,
    *messages.ROUTES,
    *threads.ROUTES,
    *guilds.ROUTES,
    *members.ROUTES,
    *scheduled_events.ROUTES,
    *automod.ROUTES,
    *interactions.ROUTES,
]
