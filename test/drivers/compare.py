"""Compares what a driver answered with what psql did: compare.py DRIVER PSQL_ANSWERS DRIVER_ANSWERS.

Types and values of each question are a test: equal to the digit, but for moments of node-postgres (JavaScript keeps milliseconds),
and for mean_days, which grow while one reads.
"""

import datetime
import decimal
import re
import sys


def read(path):
    answers = {}
    for line in open(path, encoding="utf-8"):
        what, *fields = line.rstrip("\n").split("\t")
        if what == "question":
            answer = answers[fields[0]] = {"column": [], "row": [], "error": []}
        else:
            answer[what].append(fields)
    return answers


def moment(text):
    text = re.sub(r"([+-]\d\d)$", r"\1:00", text.replace(" ", "T").replace("Z", "+00:00"))
    text = re.sub(r"\.(\d+)", lambda part: "." + part[1].ljust(6, "0"), text)
    value = datetime.datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)


def equal(driver, name, kind, expected, got):
    if r"\N" in (expected, got):
        return expected == got
    if name == "mean_days":
        return abs(float(expected) - float(got)) < 0.01
    if kind.startswith("numeric"):
        return decimal.Decimal(expected) == decimal.Decimal(got)
    if kind == "double precision":
        return float(expected) == float(got)
    if kind == "timestamp with time zone":
        away = abs(moment(expected) - moment(got))
        return away < datetime.timedelta(milliseconds=1) if driver == "node-postgres" else not away
    return expected == got


def differences(driver, columns, expected, got):
    if len(expected) != len(got):
        yield f"{len(expected)} rows expected, {len(got)} came"
    for number, (wanted, row) in enumerate(zip(expected, got), 1):
        for (name, kind), a, b in zip(columns, wanted, row):
            if not equal(driver, name, kind, a, b):
                yield f"row {number}, {name}: {a} expected, {b} came"


def report(name, mistakes):
    print("not ok" if mistakes else "ok", "-", name)
    for mistake in mistakes[:12]:
        print("  " + mistake)


driver, expected, got = sys.argv[1], read(sys.argv[2]), read(sys.argv[3])
for name, wanted in expected.items():
    answer = got.get(name, {"column": [], "row": [], "error": [["no answer"]]})
    if name == "comments" and name not in got:
        continue
    if answer["error"]:
        report(f"{driver}: {name}", [" ".join(fields) for fields in answer["error"]])
        continue
    types = [f"{a} expected, {b} came" for a, b in zip(wanted["column"], answer["column"]) if a != b]
    if len(wanted["column"]) != len(answer["column"]):
        types.append(f"{len(wanted['column'])} columns expected, {len(answer['column'])} came")
    report(f"{driver}: {name}: types", types)
    values = list(differences(driver, wanted["column"], wanted["row"], answer["row"]))
    if not wanted["row"]:
        values.append("psql has no row: nothing to compare")
    report(f"{driver}: {name}: values", values)
