"""Asks through psycopg: ask_psycopg.py 2 | 3 | "3 binary"."""

import datetime
import decimal
import sys

import questions

TYPES = {
    16: ("boolean", bool),
    20: ("bigint", int),
    25: ("text", str),
    701: ("double precision", float),
    1082: ("date", datetime.date),
    1184: ("timestamp with time zone", datetime.datetime),
    1700: ("numeric", decimal.Decimal),
}


def type_of(column):
    kind, wanted = TYPES.get(column.type_code, (f"type {column.type_code}", object))
    if kind == "numeric":
        kind = f"numeric({column.precision},{column.scale})"
    return kind, wanted


if sys.argv[1] == "2":
    import psycopg2

    cursor = psycopg2.connect("").cursor()
    options = {}
else:
    import psycopg

    cursor = psycopg.connect("").cursor()
    options = {"binary": "binary" in sys.argv[1]}


def ask(query, values):
    try:
        cursor.execute(query.replace("?", "%s"), values, **options)
        kinds, wanted = zip(*map(type_of, cursor.description))
        return [column.name for column in cursor.description], kinds, wanted, cursor.fetchall()
    finally:
        cursor.connection.rollback()


questions.answer_all(ask)
