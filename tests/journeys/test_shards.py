"""Several processes share the shards: who belongs to a group is known to each of them."""

import pytest

from bot.config import Settings
from cogs.shared.places import groups_of_person
from sandbox.scene import OSCAR
from tests.support.groups import ALICE
from tests.support.harness import journey


@pytest.mark.parametrize(("person", "groups"), [(ALICE, ["tuesday"]), (OSCAR, [])])
async def test_a_process_that_serves_another_shard_knows_who_belongs_to_a_group(tmp_path, clock, person, groups):
    async with journey(tmp_path, clock, start=False) as story:
        story.sandbox.world.shards = 2
        discord = story.settings.discord.model_copy(update={"shard_count": 2, "shard_ids": [1]})
        story.settings = Settings.model_construct(**{**dict(story.settings), "discord": discord})
        await story.start()
        assert story.client is not None
        assert list(story.client.guilds) == []
        found = await groups_of_person(story.client, story.parts.groups, person)
        assert [group.key for group in found] == groups
