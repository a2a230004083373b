"""Turns what `emit.py --rows` printed (on standard input) into SQL: per case two row types, its leads and events as rows of them, and the
differences between the extension and the reference."""

import json
import sys

HEAD = """\\set ON_ERROR_STOP 1
\\pset tuples_only on
\\pset format unaligned
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA by_rows;
SET search_path = by_rows;
CREATE TABLE answers (n int, lead int, as_of timestamptz, mode text, score text, got text, stage text, got_stage text,
                      dimensions jsonb, got_dimensions jsonb, labels jsonb, got_labels jsonb);
"""

TAIL = """
SELECT CASE WHEN count(*) FILTER (WHERE score IS DISTINCT FROM got OR stage IS DISTINCT FROM got_stage
                                     OR dimensions IS DISTINCT FROM got_dimensions OR labels IS DISTINCT FROM got_labels) = 0
            THEN 'ok - ' ELSE 'not ok - ' END || mode || ' over rows of ' || (SELECT count(DISTINCT n) FROM answers)
            || ' types: ' || count(*) || ' answers of the reference'
  FROM answers GROUP BY mode;
SELECT '# ' || a FROM answers a WHERE score IS DISTINCT FROM got OR stage IS DISTINCT FROM got_stage
    OR dimensions IS DISTINCT FROM got_dimensions OR labels IS DISTINCT FROM got_labels LIMIT 5;
"""


def literal(text):
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def identifier(name):
    return '"' + name.replace('"', '""') + '"'


def row(columns, values, row_type):
    """The row as an SQL expression; a null row is NULL."""
    if values is None:
        return f"NULL::{row_type}"
    return "ROW(" + ", ".join(literal(values.get(name)) for name, _ in columns) + f")::{row_type}"


def case_sql(case):
    n = case["case"]
    lines = []
    for which in ("attributes", "properties"):
        columns = ", ".join(f"{identifier(name)} {sql_type}" for name, sql_type in case["columns"][which])
        lines.append(f"CREATE TYPE {which}_{n} AS ({columns});")
    lines.append(f"CREATE TABLE leads_{n} (lead int, a attributes_{n});")
    lines.append(f"CREATE TABLE events_{n} (lead int, kind text, at timestamptz, p properties_{n});")
    for lead in case["leads"]:
        lines.append(f"INSERT INTO leads_{n} SELECT {lead['key']}, {row(case['columns']['attributes'], lead['attributes'], f'attributes_{n}')};")
    for event in case["events"]:
        properties = row(case["columns"]["properties"], event["properties"], f"properties_{n}")
        lines.append(f"INSERT INTO events_{n} SELECT {event['lead']}, {literal(event['kind'])}, {literal(event['at'])}, {properties};")
    lines.append(f"CREATE TEMP TABLE rules_{n} AS SELECT {literal(case['rules'])}::leadscore.scoring_rules AS rules;")
    lines.append(f"CREATE TEMP TABLE tallies_{n} AS SELECT lead, leadscore.lead_tally(rules, kind, at, p) AS tally "
                 f"FROM events_{n}, rules_{n} GROUP BY lead;")
    for want in case["scores"]:
        as_of, lead, score = literal(want["as_of"]), want["lead"], literal(want["score"])
        if want["mode"] == "as_of":
            lines.append(f"INSERT INTO answers (n, lead, as_of, mode, score, got) SELECT {n}, {lead}, {as_of}, 'lead_score()', {score}, "
                         f"leadscore.lead_score(rules, kind, at, p, {as_of}) FROM events_{n}, rules_{n} WHERE lead = {lead};")
            continue
        if want["mode"] == "maintained":
            # The attributes as a row of no type, as upkeep puts them together.
            rows = ", ".join('{"at": %d, "dimension": %s, "op": "%s", "points": %s}' % (
                row["at"], json.dumps(row["dimension"]), row["op"], row["points"]) for row in want["adjustments"])
            lines.append(
                f"INSERT INTO answers (n, lead, as_of, mode, score, got, stage, got_stage) "
                f"SELECT {n}, {lead}, {as_of}, 'maintained_score()', {score}, s.score, {literal(want['stage'])}, s.stage "
                f"FROM rules_{n}, (SELECT (a).* FROM leads_{n} WHERE lead = {lead}) l LEFT JOIN tallies_{n} t ON t.lead = {lead}, "
                f"LATERAL leadscore.maintained_score(rules, l, t.tally, {literal('[' + rows + ']')}, {as_of}, "
                f"{literal(want['previous_stage'])}) s;")
            continue
        dimensions = "{" + ", ".join(f"{json.dumps(name)}: {text}" for name, text in want["dimensions"].items()) + "}"
        lines.append(
            f"INSERT INTO answers SELECT {n}, {lead}, {as_of}, 'score()', {score}, s.score, {literal(want['stage'])}, s.stage, "
            f"{literal(dimensions)}, s.dimensions, {literal(json.dumps(want['labels']))}, s.labels "
            f"FROM rules_{n}, leads_{n} l LEFT JOIN tallies_{n} USING (lead), "
            f"LATERAL leadscore.score(rules, l.a, tally, {as_of}, {literal(want['previous_stage'])}) s WHERE lead = {lead};")
    return lines


def main():
    print(HEAD)
    for line in sys.stdin:
        case = json.loads(line)
        print("BEGIN;")
        print("\n".join(case_sql(case)))
        print("COMMIT;")
    print(TAIL)


main()
