"""Conditions: which field a name means, and whether a test on it holds."""
import re

import document
import values


def find(fields, name):
    """The value of a field, None if it is missing or null."""
    return search(fields, name)[1]


def search(holder, name):
    """(found, value). The whole name first; then the cut with the longest first key that leads to something.
    A key that is there with a null in it is something: it wins over a path."""
    if not isinstance(holder, dict):
        return False, None
    if name in holder:
        return True, holder[name]
    cut = name.rfind(".")
    while cut >= 0:
        if name[:cut] in holder:
            found, value = search(holder[name[:cut]], name[cut + 1:])
            if found:
                return True, value
        cut = name.rfind(".", 0, cut)
    return False, None


def holds(condition, fields, zone, now=None):
    """Whether a condition holds for the fields; now (a moment) is for the operators that look at the clock."""
    for key, test in condition.items():
        if key == "all":
            result = all(holds(part, fields, zone, now) for part in test)
        elif key == "any":
            result = any(holds(part, fields, zone, now) for part in test)
        elif key == "not":
            result = not holds(test, fields, zone, now)
        else:
            result = passes(test, find(fields, key), zone, now)
        if not result:
            return False
    return True


def passes(test, value, zone, now):
    if test is None:
        return value is None
    if isinstance(test, list):
        test = {"in": test}
    elif not isinstance(test, dict):
        test = {"=": test}
    return all(operator_holds(operator, operand, value, zone, now) for operator, operand in test.items())


def operator_holds(operator, operand, value, zone, now):
    if operator == "exists":
        return (value is not None) == operand
    if operator == "!=":
        return not operator_holds("=", operand, value, zone, now)
    if operator == "not_in":
        return not operator_holds("in", operand, value, zone, now)
    elements = value if isinstance(value, list) else [value]
    return any(element_passes(operator, operand, element, zone, now) for element in elements)


def element_passes(operator, operand, element, zone, now):
    """One operator on one value that is not taken apart further."""
    kind = values.kind_of(element)
    if kind in ("null", "array", "object", "nothing"):
        return False
    if operator == "=":
        order = compare(element, operand, zone)
        return order == 0
    if operator == "in":
        return any(compare(element, choice, zone) == 0 for choice in operand)
    if operator in ("<", "<=", ">", ">="):
        order = compare(element, operand, zone)
        return order is not None and {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]
    if operator == "between":
        low, high = (compare(element, bound, zone) for bound in operand)
        return low is not None and high is not None and low >= 0 and high <= 0
    if operator in ("within_last", "older_than", "within_next"):
        return clock_holds(operator, operand, element, zone, now)
    if kind != "text":
        return False
    if operator == "starts_with":
        return element.startswith(operand)
    if operator == "ends_with":
        return element.endswith(operand)
    if operator == "contains":
        return operand in element
    if operator == "like":
        return like(element, operand)
    if operator == "ilike":
        return like(values.fold(element), values.fold(operand))
    if operator == "matches":
        return re.search(operand, element) is not None
    raise ValueError("no such operator: " + operator)


def compare(element, operand, zone):
    """-1, 0 or 1; None where the types do not fit."""
    kind, other = values.kind_of(element), values.kind_of(operand)
    if kind == "time" and other == "text":
        left, right = values.time_moment(element, zone), values.iso_moment(operand, zone)
        if right is None:
            return None
    elif kind != other:
        return None
    elif kind == "number":
        left, right = values.exact_number(element), values.exact_number(operand)
    else:
        left, right = element, operand             # text by code point; booleans
    return (left > right) - (left < right)


def clock_holds(operator, duration, element, zone, now):
    kind = values.kind_of(element)
    if kind == "time":
        moment = values.time_moment(element, zone)
    elif kind == "text":
        moment = values.iso_moment(element, zone)
    else:
        moment = None
    if moment is None:
        return False
    length = document.hours_of(duration) * values.HOUR
    if operator == "within_last":
        return now - length < moment <= now
    if operator == "older_than":
        return moment <= now - length
    return now < moment <= now + length


def like(text, pattern):
    """% any run, _ one character, \\ takes the next character as it is."""
    expression = ""
    characters = iter(pattern)
    for char in characters:
        if char == "%":
            expression += ".*"
        elif char == "_":
            expression += "."
        else:
            expression += re.escape(next(characters) if char == "\\" else char)
    return re.fullmatch(expression, text, re.DOTALL) is not None
