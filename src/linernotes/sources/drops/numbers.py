"""Numbers as exports write them, in the one decimal sign of their file; nothing is ever read two ways."""

import re
from collections.abc import Iterable
from decimal import Decimal

NOTHING = frozenset({"", "-", "--", "---", "\N{EN DASH}", "\N{EM DASH}", "n/a", "na", "n. a.", "null", "none", "nan"})
MASKED = re.compile(r"<\s*\d+")
MARKS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{NARROW NO-BREAK SPACE}": " ", "\xa0": " ", "\N{THIN SPACE}": " "})
SPACED = re.compile(r"(?<=\d)['\N{RIGHT SINGLE QUOTATION MARK} ](?=\d{3}(?!\d))")
SIGNS = {"\N{EURO SIGN}": ("EUR",), "\N{POUND SIGN}": ("GBP",), "$": ("USD", "CAD", "AUD", "NZD", "MXN", "SGD")}
FORMS = {
    ".": re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?"),
    ",": re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?:[eE][+-]?\d{1,3})?"),
}
PLACES = Decimal("0.000000001")  # as NUMERIC has them
EITHER_WAY = "may be a thousand or a fraction, and no amount of the file shows its decimal sign: use --decimal . or ,"


class Masked(Exception):
    """The service hides the value because it is small."""


def decimal_sign(cells: Iterable[str]) -> str | None:
    """The decimal sign that these cells show, by the first one that can only be read one way; None if none can."""
    for cell in cells:
        text = _plain(cell)
        comma, dot = text.rfind(","), text.rfind(".")
        if comma >= 0 and dot >= 0:
            return "," if comma > dot else "."
        sign, other = (",", ".") if comma >= 0 else (".", ",")
        if text.count(sign) > 1:
            return other
        whole, found, rest = text.partition(sign)
        digits = whole.lstrip("+-")
        is_number = found and digits.isdigit() and rest.isdigit()
        if is_number and (len(rest) != 3 or len(digits) > 3 or digits.startswith("0")):
            return sign
    return None


class Numbers:
    """Reads the numbers of one file; ``sign`` is its decimal sign, None if nothing shows it."""

    def __init__(self, sign: str | None, currency: str | None = None) -> None:
        self.sign, self._currency = sign, currency

    def whole(self, text: str) -> int | None:
        """A whole number, None for none.

        Raises:
            Masked: the service hides it.
            ValueError: it is not one.
        """
        if text.isascii() and text.isdigit():
            return int(text)
        number = self._read(text, counted=True)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise ValueError("not a whole number")
        return int(number)

    def decimal(self, text: str) -> Decimal | None:
        """A number, None for none; to nine decimals, which hide what a spreadsheet adds to its numbers.

        Raises:
            Masked: the service hides it.
            ValueError: it is not one, or could be read two ways.
        """
        number = self._read(text, counted=False)
        return None if number is None else number.quantize(PLACES).normalize() + 0

    def _read(self, text: str, *, counted: bool) -> Decimal | None:
        if text.casefold() in NOTHING:
            return None
        if MASKED.fullmatch(text):
            raise Masked
        plain = _plain(self._without_currency(text))
        signs = [self.sign] if self.sign else list(FORMS)
        read = {_decimal(plain, sign) for sign in signs if FORMS[sign].fullmatch(plain)}
        if counted and len(read) > 1:  # a number of things has no thousandths
            read = {number for number in read if number == number.to_integral_value()}
        if len(read) != 1:
            raise ValueError(EITHER_WAY if len(read) > 1 else "not a number")
        return read.pop()

    def _without_currency(self, text: str) -> str:
        sign = next((sign for sign in SIGNS if sign in text), None)
        if sign is None:
            return text
        if self._currency not in SIGNS[sign]:
            raise ValueError(f"the sign {sign} does not go with {self._currency or 'a number'}")
        return text.replace(sign, "", 1).strip()


def _plain(text: str) -> str:
    return SPACED.sub("", text.translate(MARKS).strip())


def _decimal(text: str, sign: str) -> Decimal:
    other = "," if sign == "." else "."
    return Decimal(text.replace(other, "").replace(sign, "."))
