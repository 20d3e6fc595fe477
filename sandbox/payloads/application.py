"""The bot's application in Discord's shape."""

from sandbox.model import JSON
from sandbox.payloads import users
from sandbox.registry import Registry


def application(world: Registry) -> JSON:
    """Write the application as its own bot sees it."""
    subject = world.application
    body: JSON = {
        "id": str(subject.id),
        "name": subject.name,
        "icon": None,
        "description": subject.description,
        "type": None,
        "bot": users.user(world.bot),
        "bot_public": subject.bot_public,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": subject.flags,
        "flags_new": str(subject.flags),
        "tags": subject.tags,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": users.user(world.user(subject.owner_id)),
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "event_webhooks_url": None,
        "event_webhooks_status": 1,
        "event_webhooks_types": [],
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "integration_types_config": {"0": _install(subject.install_permissions)},
    }
    if subject.custom_install_url:
        body["custom_install_url"] = subject.custom_install_url
    if subject.install_permissions is not None:
        body["install_params"] = _params(subject.install_permissions)
    return body


def _install(permissions: int | None) -> JSON:
    return {} if permissions is None else {"oauth2_install_params": _params(permissions)}


def _params(permissions: int) -> JSON:
    return {"scopes": ["applications.commands", "bot"], "permissions": str(permissions)}
