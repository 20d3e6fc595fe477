"""A note says what was noticed, never what it was, and has no form for the channel."""

import pytest

from bot.boundaries.model import NOTE
from bot.outbox.model import Permanent, Receipt, Row
from bot.words import Library
from cogs.boundaries.deliver import NoteDeliverer
from cogs.shared.private_word import PrivateWord
from tests.support.groups import ALICE, CIRCLE, with_tuesday


class PrivateWords(PrivateWord):
    """Notes what would be said, to whom."""

    def __init__(self):
        self.said = []

    async def say(self, group, member_id, word, *, fallback_channel):
        self.said.append((member_id, word))
        return Receipt(1, 2)


def row(clock, *details, group="tuesday"):
    ref = {"member": ALICE, "details": list(details), "channel": CIRCLE, "message": 99}
    return Row(1, NOTE, "message:99", ref, group, "nonce", 1, clock.now(), None)


@pytest.mark.parametrize(
    ("details", "named"),
    [
        (("phone",), "there is a phone number in"),
        (("email",), "there is an e-mail address in"),
        (("email", "phone"), "there is a phone number and an e-mail address in"),
    ],
)
async def test_the_note_names_what_was_noticed(sqlite_database, vault, clock, details, named):
    groups, private = await with_tuesday(sqlite_database, vault, clock.now()), PrivateWords()
    deliverer = NoteDeliverer(groups, Library.load(), private)
    assert await deliverer.note(row(clock, *details), clock.now()) == Receipt(1, 2)
    ((member, word),) = private.said
    assert member == ALICE
    assert named in word.full
    assert word.short is None, "it is never said in the channel"
    assert word.nonce == "nonce"


async def test_a_note_of_a_group_that_is_gone_is_not_sent(sqlite_database, vault, clock):
    groups, private = await with_tuesday(sqlite_database, vault, clock.now()), PrivateWords()
    with pytest.raises(Permanent):
        await NoteDeliverer(groups, Library.load(), private).note(row(clock, "phone", group="gone"), clock.now())
    assert private.said == []
