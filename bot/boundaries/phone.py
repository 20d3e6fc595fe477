"""Phone numbers as people of many countries write them, and what looks like one and is none.

A number is found by its form (a plus and a country's code; North America's three-three-four; a leading zero) or by
the words around it ("call me on"). Dates, times, prices, amounts, ids, scores and the numbers of services are none.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.boundaries.model import Detail, Finding, PublicContacts
from bot.boundaries.reading import GAP

# ITU-T E.164, list of assigned country codes.
_COUNTRY = re.compile(
    r"1|7|20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|21[12368]|2[2-69]\d|3[578]\d|42[013]|50\d|59\d|"
    r"67\d|68\d|69[0-2]|85[02356]|88[06]|9[679]\d"
)
_LONGEST = 15
_MIDNIGHT = 2400
_SHORTEST_ABROAD = 8

_ELSEWISE = {
    "date": r"(?<![\d./-])\d{1,2}([./-])\d{1,2}\1(?:19|20)?\d{2}(?![\d-]|[./]\d{2}[./]\d{2})",
    "date, year first": r"(?<![\d./-])(?:19|20)\d{2}([./-])\d{1,2}\2\d{1,2}(?![\d./-]\d|\d)",
    "span of years": r"(?<!\d)(?:19|20)\d{2} ?- ?(?:19|20)\d{2}(?!\d)",
    "time of day": r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)",
    "address of a computer": r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])",
    "amount": r"(?<![\d.,])[1-9]\d{0,2}(?:[.,]\d{3})+(?:[.,]\d{1,2})?(?![\d.,-]|[.,]\d)",
    "price": r"[$€£¥₹] ?\d[\d.,]*|(?<![\d.,])\d[\d.,]* ?(?:[$€£¥₹%]|(?:usd|eur|gbp|euros?|dollars?|pesos?|pounds?)\b)",
}
_NOT_NUMBERS = re.compile("|".join(f"(?:{pattern})" for pattern in _ELSEWISE.values()), re.IGNORECASE)

_CALL = re.compile(
    r"\b(?:call|text|ring|phone|sms|reach|message|whats?app|imessage|facetime|dial|buzz)(?: (?:me|us|him|her|them))?"
    r"(?: (?:at|on|up|under|here))*\b[^\w\n]{0,3}$"
    r"|\b(?:phone|mobile|cell|cellphone|tel|telephone|ph|mob|whats?app|telegram|signal|viber|wechat|handy|telefon|"
    r"tel[eé]fono|m[oó]vil|celular|portable|t[eé]l[eé]phone|telefone|cellulare|n[uú]mero|num[eé]ro|nummer|number|digits|#)"
    r"(?: (?:number|no|nr|num|nummer|numero|número))?(?: (?:is|ist|es|est|at|on|now|new|here|lautet|mi|my))*\b"
    r"[^\w\n]{0,4}$"
    r"|\b(?:ll[aá]mame|escr[ií]beme|m[aá]ndame|ruf|rufe|schreib|appelle|appelez|ligue|chiamami)\b[^\d\n]{0,20}$"
    r"|[☎📞📱📲]\ufe0f? ?$",
    re.IGNORECASE,
)
_CALL_AFTER = re.compile(
    r"^[^\w\n]{0,4}(?:(?:is|that's|thats|ist|es|est) )?(?:my|mein|meine|mi|mon) (?:\w+ )?"
    r"(?:number|cell|phone|mobile|nummer|handy\w*|n[uú]mero|m[oó]vil|celular|tel[eé]fono|num[eé]ro|portable)\b"
    r"|^[^\w\n]{0,4}(?:(?:call|text|ring|whats?app) me|if you (?:want|need|like) to (?:call|talk|text))\b",
    re.IGNORECASE,
)
_SOMETHING_ELSE = re.compile(
    r"\b(?:order|ticket|track\w*|ref|reference|invoice|booking|confirmation|reservation|case|serial|isbn|account|iban|"
    r"pin|code|version|id|policy|flight|passcode|lotto\w*|scores?|points?|steps?|followers|barcode|part|model|licen[cs]e|"
    r"insurance|student|member|bestell\w*|rechnung\w*|sendung\w*|kunden\w*|konto\w*|pedido|factura|seguimiento|cuenta|"
    r"commande|facture)\b[^\d\n]{0,22}$",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"\b(?:hot-?lines?|help-?lines?|life-?lines?|crisis|suicide|samaritans|emergency|ambulance|police|telefonseelsorge|"
    r"l[ií]nea de (?:ayuda|crisis|la vida)|notruf\w*|emergencias?|urgences?|sos amitié|befrienders|shout|front desk|"
    r"clinic|hospital|pharmacy|customer (?:service|support))\b",
    re.IGNORECASE,
)
_FREE_OF_CHARGE = re.compile(r"1?8(?:00|22|33|44|55|66|77|88)\d{7}|1?900\d{7}")
_SERVICE_ZERO = re.compile(r"0(?:800|808|900|1805|180\d|500)\d+")

_NORTH_AMERICA = re.compile(
    r"(?<![\w+.(/-])(?:1[ .-])?(?:\((?P<a>[2-9](?!11)\d{2})\) ?|(?P<b>[2-9](?!11)\d{2})[ .-])"
    r"[2-9]\d{2}[ .-]\d{4}(?![\w]|[.-]\d)"
)
_ABROAD = re.compile(r"(?<![\w+])\+\(?\d(?:[ ./()-]{0,2}\d){7,16}(?!\d)")
_ABROAD_ZERO = re.compile(r"(?<![\w+.-])00[1-9]\d{0,2}(?:[ ./()-]{0,2}\d){6,14}(?!\d)")
_ZERO = re.compile(r"(?<![\w+./-])\(?0[1-9]\d{0,5}\)?(?:[ ./-]{0,2}\d){5,10}(?![\w]|[.,]\d)")
_ANY = re.compile(r"(?<![\w+.,])\(?\d(?:[ ./()-]{0,2}\d){6,14}(?![\w%]|[.,]\d)")
_GROUPS = re.compile(r"\d+")
_ALONE = (10, 13)
_COMPUTER_CLOCK = re.compile(r"1[5-9]\d{8}(?:\d{3})?")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What may be a number: its signs, its digits, and its line before and after it."""

    signs: str
    before: str
    after: str

    @property
    def digits(self) -> str:
        return "".join(_GROUPS.findall(self.signs))

    @property
    def groups(self) -> list[str]:
        return _GROUPS.findall(self.signs)

    @property
    def is_called_for(self) -> bool:
        return bool(_CALL.search(self.before) or _CALL_AFTER.search(self.after))

    @property
    def is_alone(self) -> bool:
        return not any(sign.isalnum() for sign in self.before + self.after)


def numbers(text: str, public: PublicContacts) -> Iterator[Finding]:
    """Find phone numbers in a readable text; those of services and crisis lines are nobody's."""
    plain = _NOT_NUMBERS.sub(GAP, text)
    for rule, (pattern, fits) in _RULES.items():
        for found in pattern.finditer(plain):
            candidate = _candidate(plain, found)
            if fits(candidate) and not _is_something_else(candidate) and not _is_public(candidate, public):
                yield Finding(Detail.PHONE, rule)


def _candidate(text: str, found: re.Match[str]) -> _Candidate:
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    return _Candidate(found.group(), text[start : found.start()], text[found.end() : end if end >= 0 else len(text)])


def _abroad(candidate: _Candidate) -> bool:
    return _has_country(candidate.signs.replace("(0)", ""), "")


def _abroad_zero(candidate: _Candidate) -> bool:
    clear = len(candidate.groups) > 1 or candidate.is_called_for or candidate.is_alone
    return clear and _has_country(candidate.signs.replace("(0)", ""), "00")


def _has_country(signs: str, prefix: str) -> bool:
    digits = "".join(_GROUPS.findall(signs)).removeprefix(prefix)
    code = _COUNTRY.match(digits)
    if code is None or not _SHORTEST_ABROAD <= len(digits) <= _LONGEST:
        return False
    return code.group() != "1" or bool(re.fullmatch(r"1[2-9]\d{2}[2-9]\d{6}", digits))


def _zero(candidate: _Candidate) -> bool:
    """Judge a number with a leading zero, as most countries dial at home: nine to twelve digits."""
    groups = candidate.groups
    if not re.fullmatch(r"\d{9,12}", candidate.digits):
        return False
    if len(groups) == 1:
        return candidate.is_called_for or candidate.is_alone
    in_pairs = all(len(group) == len("01") for group in groups)
    return not (in_pairs and groups[0] == "08") and min(map(len, groups[1:])) > 1


def _called_for(candidate: _Candidate) -> bool:
    return candidate.is_called_for and max(map(len, candidate.groups)) > 1


def _alone(candidate: _Candidate) -> bool:
    """Judge a message that is nothing but digits: not a decimal, a row of scores, or a computer's clock."""
    shortest, longest = _ALONE
    groups, digits = candidate.groups, candidate.digits
    if not candidate.is_alone or not shortest <= len(digits) <= longest or _COMPUTER_CLOCK.fullmatch(digits):
        return False
    return max(map(len, groups)) > len("21") and (len(groups[0]) > 1 or groups[0] == "1")


_RULES: dict[str, tuple[re.Pattern[str], Callable[[_Candidate], bool]]] = {
    "country_code": (_ABROAD, _abroad),
    "country_code_after_zeros": (_ABROAD_ZERO, _abroad_zero),
    "north_america": (_NORTH_AMERICA, lambda _candidate: True),
    "leading_zero": (_ZERO, _zero),
    "called_for": (_ANY, _called_for),
    "alone": (_ANY, _alone),
}


def _is_something_else(candidate: _Candidate) -> bool:
    amount = candidate.digits.endswith("00000")
    named = _SOMETHING_ELSE.search(candidate.before) is not None
    return amount or named or _counts_on(candidate.groups) or _tells_times(candidate.groups)


def _counts_on(groups: list[str]) -> bool:
    """Notice 01 02 03 04 05: somebody counts."""
    steps = {int(after) - int(before) for before, after in pairwise(groups)}
    return len(groups) > len("123") and len(steps) == 1


def _tells_times(groups: list[str]) -> bool:
    """Notice 0930 1130 1400: times of day without a colon."""
    return len(groups) > 1 and all(len(group) == len("0930") and int(group) < _MIDNIGHT for group in groups)


def _is_public(candidate: _Candidate, public: PublicContacts) -> bool:
    if _SERVICE.search(candidate.before + " " + candidate.after):
        return True
    if _FREE_OF_CHARGE.fullmatch(candidate.digits) or _SERVICE_ZERO.match(candidate.digits):
        return True
    digits = candidate.digits.lstrip("0")
    code = _COUNTRY.match(digits)
    forms = {digits, digits[code.end() :].lstrip("0") if code else digits}
    return not forms.isdisjoint(public.numbers)
