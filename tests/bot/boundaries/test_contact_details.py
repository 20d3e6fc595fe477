"""Which texts hold a phone number or an e-mail address, and which only look as if they did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.boundaries.policy import contact_details
from bot.boundaries.service import public_contacts
from bot.crisis.member.helplines import Helplines
from tests.corpus import reader

HELPLINES = Helplines.load()
PUBLIC = public_contacts(HELPLINES)

PHONES = {
    # with a country's code
    "+1 415 555 2671": "US",
    "my new one: +1 (415) 555-2671": "US",
    "+14155552671": "US, no gaps",
    "+44 7911 123456": "UK mobile",
    "+44 (0)20 7946 0958": "UK landline",
    "+49 151 23456789": "Germany",
    "+49/30/1234567": "Germany with slashes",
    "+33 6 12 34 56 78": "France",
    "+34 612 34 56 78": "Spain",
    "+52 55 1234 5678": "Mexico",
    "+54 9 11 2345-6789": "Argentina",
    "+55 (11) 91234-5678": "Brazil",
    "+91 98765 43210": "India",
    "+86 138 0013 8000": "China",
    "+81 90-1234-5678": "Japan",
    "+61 412 345 678": "Australia",
    "+353 87 123 4567": "Ireland",
    "+358 40 1234567": "Finland",
    "+972-50-123-4567": "Israel",
    "write me on +41791234567 ok": "Switzerland",
    "0049 151 23456789": "two zeros for the plus",
    "tel:+14155552671": "an address that is meant to be called",
    # North America at home
    "(415) 555-2671": "brackets",
    "415-555-2671": "dashes",
    "415.555.2671": "dots",
    "415 555 2671": "spaces",
    "1-415-555-2671": "with the one",
    "so it's 415-555-2671, any time after 5": "in a sentence",
    "call me 4155552671": "no gaps, called for",
    "4155552671": "no gaps, alone",
    # a leading zero, as most countries dial at home
    "07911 123456": "UK",
    "020 7946 0958": "London",
    "0151 23456789": "Germany",
    "030/1234567": "Berlin",
    "06 12 34 56 78": "France",
    "06.12.34.56.78": "France with dots",
    "06-12345678": "Netherlands",
    "0412 345 678": "Australia",
    "087 123 4567": "Ireland",
    "082 123 4567": "South Africa",
    "0664 1234567": "Austria",
    "079 123 45 67": "Switzerland",
    "090-1234-5678": "Japan",
    "050-123-4567": "Israel",
    "0532 123 45 67": "Turkey",
    "ring me on 07911123456": "no gaps, called for",
    "07911123456": "no gaps, alone",
    # neither, but called for
    "my number is 612 34 56 78": "Spain",
    "mi número es 612345678": "Spain, in Spanish",
    "llámame al 612 345 678": "Spain, in Spanish",
    "WhatsApp 9123 4567": "Hong Kong",
    "whatsapp me on 98765 43210": "India",
    "text me at 8123 4567": "Singapore",
    "meine Nummer ist 0171 1234567": "Germany, in German",
    "mon numéro: 612345678": "France, in French",
    "☎ 555 2671": "a sign for a phone",
    "555-2671 is my number": "the word comes after",
    "my cell 415 555 2671 and my mail is elsewhere": "US",
    "501 234 567 is my cell": "Poland",
    # disguised
    "４１５-５５５-２６７１": "wide digits",
    "٠٧٩١١ ١٢٣٤٥٦": "Arabic digits",
    "415\u2011555\u20112671": "dashes that do not break",
    "415\u200b-555-26\u200b71": "signs that are not seen",
    "||415-555-2671||": "behind a spoiler",
}

NO_PHONES = [
    # dates, times, counts
    "we meet on 24.12.2026 at 18:30",
    "24.12.2026 10:30",
    "01/02/2026 03/04/2026",
    "2026-11-22 18:30:00",
    "born 12-05-1984",
    "from 1999-2004 and 2010 - 2015",
    "0930 1130 1400",
    "01 02 03 04 05 06",
    "1 2 3 4 5 6 7 8 9 10",
    "breathe 4-7-8 4-7-8 4-7-8",
    "breathe in 4, hold 7, out 8",
    "10 9 8 7 6 5 4 3 2 1",
    # money and amounts
    "it cost $1,234,567.89",
    "1.234.567,89 €",
    "I owe 12000 euros, 3500 more next year",
    "10 000 000 people",
    "+10 000 000 points",
    "3.14159265358979",
    "0.123456789",
    "the odds are 1000000 to 1",
    "20000 steps today and 18000 yesterday",
    # scores, sets, scales
    "21-19 21-17 15-21",
    "3x10 3x12 3x8",
    "+1 +1 -1 +2",
    "my PHQ was 12 then 9 then 7",
    "bp 120/80 118/79",
    # ids and the like
    "order 4155552671",
    "my order number is 1234567",
    "ticket 0123 456 789",
    "tracking number: 020 7946 0958 11",
    "case number 415-555-2671",
    "isbn 978-3-16-148410-0",
    "123-45-6789",
    "4111 1111 1111 1111",
    "192.168.100.100",
    "40.712776, -74.005974",
    "1732276800",
    "build 20261122.1830",
    "message 1038097195422978059",
    "<@1038097195422978059> hi",
    "<t:1732276800:R>",
    "<:hug:103809719542297805>",
    "room 301-302-303",
    "error 0x80070057",
    # links
    "https://example.org/?tel=4155552671",
    "https://wa.me/14155552671",
    "discord.com/channels/1001/2001/1574031694233600017",
    "www.example.org/415-555-2671",
    # services and crisis lines
    "call 988",
    "call or text 988 please, or 911",
    "text HOME to 741741",
    "text DISCORD to 741741",
    "116 123",
    "+44 116 123",
    "ring 116 123 any time",
    "Lifeline is 13 11 14",
    "my therapist gave me 0800 111 0 111",
    "1-800-273-8255",
    "1 (888) 555-0123",
    "0808 808 4994",
    "the crisis line here is 415-555-2671",
    "the hospital's front desk: 415-555-2671",
    "call 112 or 999",
    # nothing at all
    "",
    "I slept 7 hours, the first time since 2019",
    "call me when you can",
    "text me if you want",
    "my number one rule",
]

EMAILS = [
    "alice@gmail.com",
    "write to alice.b+group@mail.example-practice.co.uk!",
    "(ben_99@hotmail.de)",
    "José: josé@correo.es",
    "mailto:alice@proton.me",
    "alice [at] gmail [dot] com",
    "alice(at)gmail.com",
    "alice (arroba) correo (punto) es",
    "alice at gmail dot com",
    "alice @ gmail.com",
    "ALICE@GMAIL.COM",
    "ａｌｉｃｅ＠ｇｍａｉｌ．ｃｏｍ",
    "ali\u200bce@gmail.com",
    "alice@straße.de",
]

NO_EMAILS = [
    "see you @ 7.30",
    "@alice hi",
    "@alice@mastodon.social",
    "me@home",
    "icon@2x.png",
    "photo@beach.jpg",
    "package@1.2.3",
    "git@github.com:alice/repo",
    "https://alice@example.org/path",
    "https://example.org/?mail=alice@gmail.com",
    "jo@samaritans.org",
    "user@example.com",
    "I was at home. Dot com was young.",
    "a@b",
    "5@3.50 each",
    "",
]


def details(text):
    return {finding.detail.value for finding in contact_details(text, PUBLIC)}


@pytest.mark.parametrize("text", PHONES, ids=list(PHONES.values()))
def test_a_phone_number_is_noticed(text):
    assert "phone" in details(text)


@pytest.mark.parametrize("text", NO_PHONES)
def test_what_only_looks_like_a_phone_number_is_let_be(text):
    assert "phone" not in details(text)


@pytest.mark.parametrize("text", EMAILS)
def test_an_address_is_noticed(text):
    assert "email" in details(text)


@pytest.mark.parametrize("text", NO_EMAILS)
def test_what_only_looks_like_an_address_is_let_be(text):
    assert "email" not in details(text)


def test_both_are_noticed_in_one_message():
    assert details("alice@gmail.com or 415-555-2671") == {"phone", "email"}


@pytest.mark.parametrize("line", HELPLINES.all(), ids=lambda line: f"{line.country} {line.name}")
def test_no_line_that_the_bot_itself_shows_is_taken_for_somebodys_own(line):
    for text in filter(None, (line.phone, line.text, line.website, line.chat)):
        for said in (text, f"call {text}", f"you can reach them on {text} at any time", f"text me at {text}"):
            assert details(said) == set(), said


def test_the_messages_that_people_write_in_groups_hold_none():
    """The screener's corpus was written as people talk; no sentence of it holds a contact detail."""
    rows = [row.text for language in reader.LANGUAGES for row in reader.open_rows(language)]
    assert len(rows) > 500
    assert [text for text in rows if details(text)] == []


@given(st.text(max_size=200))
def test_no_text_breaks_it(text):
    details(text)


@pytest.mark.parametrize(
    "text", ["1 " * 2000, "0" * 4000, "a@" * 2000, "+1-" * 1300, "(" * 4000, "call " * 800, "." * 4000]
)
@pytest.mark.timeout(30)  # a pattern that runs away takes minutes; the speed itself is for the benchmark
def test_no_long_message_makes_a_pattern_run_away(text):
    assert not details(text)
