"""Values, numbers, text and time: the small things the other modules stand on.

A value is what a column or a JSON key holds: None, bool, int or Decimal, str, date, datetime (naive: without
zone), list, dict. Anything else (and NaN, and infinities) is there but has no value.
Moments are whole microseconds since 1970-01-01 UTC, so that comparing them is comparing integers.
"""
import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)
HOUR = 3_600_000_000


class NoValue:
    """A field that is there and has no value: an infinite date, a column of some other type."""


NO_VALUE = NoValue()


def kind_of(value):
    """One of: null, boolean, number, text, time, array, object, nothing."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, Decimal, float)):
        return "number" if isfinite(value) else "nothing"
    if isinstance(value, str):
        return "text"
    if isinstance(value, date):            # a datetime is a date, too
        return "time"
    if isinstance(value, list):
        return "array"
    if isinstance(value, dict):
        return "object"
    return "nothing"


# Numbers

def exact_number(value):
    """A finite number as a Fraction; a float stands for its shortest decimal."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    return Fraction(value)


def round_half_away(number, places):
    """Rounds a Fraction to so many decimal places, half away from zero."""
    size = abs(number) * 10 ** places + Fraction(1, 2)
    whole = size.numerator // size.denominator
    return Fraction(whole if number >= 0 else -whole, 10 ** places)


def decimal_text(number, places=None):
    """The decimal text of a Fraction: with so many places, or as short as it goes."""
    digits = 0
    while (number * 10 ** digits).denominator != 1:
        digits += 1
    digits = digits if places is None else places
    scaled = number * 10 ** digits
    assert scaled.denominator == 1, "more places than asked for"
    text = str(abs(scaled.numerator)).rjust(digits + 1, "0")
    if digits:
        text = text[:-digits] + "." + text[-digits:]
    return ("-" if number < 0 else "") + text


def number_key(number):
    """The shortest text of a number, as a key of `values`: very large and very small ones with an exponent."""
    if number == 0 or Fraction(1, 10**6) <= abs(number) < 10**21:
        return decimal_text(number)
    digits, exponent = decimal_text(abs(number)).replace(".", "").strip("0"), 0
    while abs(number) >= Fraction(10) ** (exponent + 1):
        exponent += 1
    while abs(number) < Fraction(10) ** exponent:
        exponent -= 1
    return ("-" if number < 0 else "") + digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{exponent:+d}"


# Text

# Characters whose full case folding has several characters but which have a simple one (status S).
SIMPLE_FOLDING = {0x1E9E: 0xDF, 0x1FBC: 0x1FB3, 0x1FCC: 0x1FC3, 0x1FFC: 0x1FF3}
for _first in (0x1F88, 0x1F98, 0x1FA8):
    for _char in range(_first, _first + 8):
        SIMPLE_FOLDING[_char] = _char - 8


def fold(text):
    """Unicode simple case folding: statuses C and S, always one character for one."""
    return "".join(map(_fold_character, text))


def _fold_character(char):
    full = char.casefold()
    if len(full) == 1:
        return full
    return chr(SIMPLE_FOLDING.get(ord(char), ord(char)))


# Time

def moment_of(moment):
    """Microseconds since 1970 of a datetime with zone."""
    return (moment - EPOCH) // MICROSECOND


def from_local(local, zone):
    """The moment of a datetime without zone. A local time that is skipped takes the offset before the change,
    one that happens twice the offset after it."""
    first = local.replace(tzinfo=zone, fold=0).utcoffset()
    second = local.replace(tzinfo=zone, fold=1).utcoffset()
    # fold 0 is the offset before the change, fold 1 the one after it; the clock jumps ahead when the offset grows.
    offset = first if first <= second else second
    return (local - datetime(1970, 1, 1) - offset) // MICROSECOND


def time_moment(value, zone):
    """The moment of a date, datetime without zone (both in the rules' zone) or datetime with zone."""
    if not isinstance(value, datetime):
        return from_local(datetime(value.year, value.month, value.day), zone)
    if value.tzinfo is None:
        return from_local(value, zone)
    return moment_of(value)


ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
    r"(?:(Z)|([+-])([0-9]{2})(?::?([0-9]{2}))?)?)?")


@lru_cache(maxsize=100_000)
def iso_moment(text, zone):
    """The moment of ISO 8601 text, None for any other text."""
    match = ISO.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, digits, zulu, sign, zone_hours, zone_minutes = match.groups()
    microsecond = int(((digits or "") + "000000")[:6])
    try:
        local = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
                         microsecond)
    except ValueError:
        return None
    if not (zulu or sign):
        return from_local(local, zone)
    offset = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
    if sign == "-":
        offset = -offset
    return (local - datetime(1970, 1, 1) - offset) // MICROSECOND


@lru_cache(maxsize=1_000_000)
def tick_of(moment, unit, zone):
    """The number of the day (of the zone) or of the hour (of UTC) a moment falls into."""
    if unit == "hour":
        return moment // HOUR
    return (EPOCH + moment * MICROSECOND).astimezone(zone).date().toordinal()


@lru_cache(maxsize=None)
def zone_named(name):
    return ZoneInfo(name)
