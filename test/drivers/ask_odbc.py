"""Asks through ODBC: ask_odbc.py LIBRARY_OF_THE_DRIVER. Types as SQLColumns tells them for views, else as the result has them."""

import datetime
import decimal
import os
import re
import sys

import pyodbc
import questions

# SQL_BIT, SQL_BIGINT, SQL_DOUBLE or SQL_FLOAT, SQL_TYPE_DATE, SQL_TYPE_TIMESTAMP, SQL_NUMERIC, SQL_(W)LONGVARCHAR or SQL_(W)VARCHAR
TYPES = {-7: "boolean", -5: "bigint", 8: "double precision", 6: "double precision", 91: "date", 93: "timestamp with time zone",
         2: "numeric", -1: "text", -10: "text", 12: "text", -9: "text"}
WANTED = {bool: "boolean", int: "bigint", float: "double precision", datetime.date: "date",
          datetime.datetime: "timestamp with time zone", decimal.Decimal: "numeric", str: "text"}

# Booleans are texts to this driver unless told otherwise.
cursor = pyodbc.connect(f"Driver={sys.argv[1]};Servername={os.environ['PGHOST']};Port={os.environ['PGPORT']};"
                        f"Database={os.environ['PGDATABASE']};Username={os.environ['PGUSER']};BoolsAsChar=0").cursor()


def view_types(view):
    columns = cursor.columns(schema="crm", table=view).fetchall()
    return {c.column_name: (TYPES.get(c.data_type, f"{c.type_name}, SQL type {c.data_type}"), c.column_size, c.decimal_digits) for c in columns}


def type_of(column, by_catalog):
    name, wanted, _, _, precision, scale, _ = column
    kind = WANTED.get(wanted, str(wanted))
    if by_catalog is not None:
        catalog_kind, size, digits = by_catalog.get(name, ("not in the catalog", 0, 0))
        if catalog_kind != kind or kind == "numeric" and (size, digits) != (precision, scale):
            return f"{kind}({precision},{scale}), in the catalog {catalog_kind}({size},{digits})"
    return f"numeric({precision},{scale})" if kind == "numeric" else kind


def ask(query, values):
    view = re.search(r"SELECT \* FROM crm\.(\w+)", query)
    by_catalog = view_types(view[1]) if view else None
    cursor.execute(query, values)
    rows = cursor.fetchall()
    columns = cursor.description
    return [c[0] for c in columns], [type_of(c, by_catalog) for c in columns], [c[1] for c in columns], rows


questions.answer_all(ask)
