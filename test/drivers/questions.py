"""What the drivers of Python have in common: the questions, and how answers are printed."""

import datetime
import decimal
import os
import traceback

PARSERS = {
    "text": str,
    "numeric": decimal.Decimal,
    "float8": float,
    "bigint": int,
    "boolean": lambda text: text == "true",
    "date": datetime.date.fromisoformat,
    "timestamptz": datetime.datetime.fromisoformat,
}


def questions():
    with open(os.path.join(os.path.dirname(__file__), "questions.tsv"), encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                name, query, *values = line.rstrip("\n").split("\t")
                typed = (value.split(":", 1) for value in values)
                yield name, query, [PARSERS[kind](text) for kind, text in typed]


def shown(value):
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else str(value)


def agreeing(kind, wanted, values):
    """The type as the metadata has it, unless values come as something else."""
    others = {type(value).__name__ for value in values if value is not None and type(value) is not wanted}
    return f"{kind} but values of {', '.join(sorted(others))}" if others else kind


def answer_all(ask):
    """ask(query, values) returns (names, types by the metadata, Python type wanted for each, rows)."""
    for name, query, values in questions():
        print("question", name, sep="\t")
        try:
            names, kinds, wanted, rows = ask(query, values)
            for place, column in enumerate(names):
                print("column", column, agreeing(kinds[place], wanted[place], [row[place] for row in rows]), sep="\t")
            for row in rows:
                print("row", *(shown(value) for value in row), sep="\t")
        except Exception:
            print("error", " ".join(traceback.format_exc().split()), sep="\t")
