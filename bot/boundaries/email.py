"""E-mail addresses, plain or lightly disguised."""

import re
from collections.abc import Iterator

from bot.boundaries.model import Detail, Finding, PublicContacts

_PLAIN = re.compile(
    r"(?<![\w.%+@/-])[\w.%+-]{1,64}@(?P<domain>(?:[\w-]{1,63}\.)+(?P<end>[^\W\d_]{2,24}))(?![\w@]|-\w|:\w)"
)
_BRACKETED = re.compile(
    r"(?<![\w@])[\w.%+-]{1,64} ?[\[({] ?(?:at|@|ät|arroba|chez) ?[\])}] ?"
    r"(?P<domain>[\w-]{1,63}(?: ?(?:\.|[\[({] ?(?:dot|punkt|punto|point|\.) ?[\])}]) ?[\w-]{2,63}){1,3})",
    re.IGNORECASE,
)
_PROVIDERS = (
    "gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|aol|proton|protonmail|pm|gmx|web|posteo|mail|fastmail|"
    "zoho|orange|free|laposte|libero|t-online|btinternet|qq|163|yandex|naver"
)
_SPELLED = re.compile(
    rf"(?<![\w@])[\w.+-]{{2,64}} (?:at|@|arroba) ?(?:{_PROVIDERS}) ?(?:dot|punkt|punto|point|\.) ?"
    r"(?:com|net|org|edu|co|de|at|ch|es|mx|fr|it|uk|me|ru|cn|kr)\b",
    re.IGNORECASE,
)
# What looks like an address and is the name of a file.
_FILE_ENDS = re.compile(
    "png|jpe?g|gif|webp|svg|pdf|txt|docx?|xlsx?|pptx?|zip|mp[34]?|mov|avi|wav|json|toml|ya?ml", re.IGNORECASE
)
# Kept for examples by RFC 2606; nobody gets mail there.
_EXAMPLES = re.compile(r"(?:^|\.)example\.(?:com|org|net)$|\.(?:example|test|invalid|localhost)$")


def addresses(text: str, public: PublicContacts) -> Iterator[Finding]:
    """Find e-mail addresses in a readable text; those of crisis services and of examples are nobody's."""
    for found in _PLAIN.finditer(text):
        domain = found["domain"].casefold()
        if not _FILE_ENDS.fullmatch(found["end"]) and not _belongs_to_nobody(domain, public):
            yield Finding(Detail.EMAIL, "plain")
    for found in _BRACKETED.finditer(text):
        domain = re.sub(r" ?(?:[\[({] ?(?:dot|punkt|punto|point|\.) ?[\])}]) ?", ".", found["domain"].casefold())
        if "." in domain and not _belongs_to_nobody(domain.replace(" ", ""), public):
            yield Finding(Detail.EMAIL, "bracketed")
    if _SPELLED.search(text):
        yield Finding(Detail.EMAIL, "spelled")


def _belongs_to_nobody(domain: str, public: PublicContacts) -> bool:
    return bool(_EXAMPLES.search(domain)) or any(domain == own or domain.endswith(f".{own}") for own in public.domains)
