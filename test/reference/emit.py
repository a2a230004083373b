"""Writes random cases and the reference's answers to them, one JSON object a line.

usage: python3 emit.py --seed S --cases N [--rows]

Numbers in "attributes" and "properties" have more digits than a double holds, and many spellings: whoever reads
the lines must keep them as written (for instance by reading the line as jsonb). With --rows, attributes and
properties are objects of column to literal, to be cast to the types in "columns"; null is SQL NULL.
"""
import argparse
import json
import random
import sys

import document
import evidence
import scoring
import values
from generate import as_evidence, generate_case, generate_row_case
from generate_values import moment_text

# Microseconds between the epochs of 1970 and 2000.
SINCE_2000 = 946_684_800_000_000


def answers(case):
    rules = document.read(case.rules)
    gathered = {lead.key: evidence.gather(rules, [as_evidence(event) for event in case.events
                                                  if event.lead == lead.key]) for lead in case.leads}
    attributes = {lead.key: lead.value for lead in case.leads}
    for question in case.questions:
        as_of = question.mode == "as_of"
        scored = scoring.score(rules, None if as_of else attributes[question.lead], gathered[question.lead],
                               question.as_of, question.previous_stage, drop_later_events=as_of,
                               adjustments=question.adjustments)
        answer = {"lead": question.lead, "as_of": moment_text(question.as_of),
                  "previous_stage": question.previous_stage, "mode": question.mode,
                  "score": None if scored.score is None else format(scored.score, "f")}
        if not as_of:          # the short way gives the score only
            answer.update(stage=scored.stage, qualification=scored.qualification, probability=scored.probability,
                          dimensions={name: format(points, "f") for name, points in scored.dimensions.items()},
                          labels=scored.labels)
        if question.mode == "maintained":
            day = evidence.newest_day(rules, gathered[question.lead])
            answer.update(last_event=day and day.isoformat(), adjustments=[
                # Points as text, for a double would lose digits.
                {"at": adjustment.at - SINCE_2000, "dimension": adjustment.dimension, "op": adjustment.op,
                 "points": values.decimal_text(adjustment.points)} for adjustment in question.adjustments])
        yield answer


def line(number, case):
    def text(value):
        return json.dumps(value, ensure_ascii=False)

    leads = ['{"key": %d, "attributes": %s}' % (lead.key, lead.text) for lead in case.leads]
    events = ['{"lead": %d, "kind": %s, "at": %s, "properties": %s}'
              % (event.lead, text(event.kind), text(moment_text(event.at)), event.text) for event in case.events]
    parts = ['"case": %d' % number, '"rules": ' + text(case.rules)]
    if case.columns is not None:
        parts.append('"columns": ' + text(case.columns))
    parts += ['"leads": [' + ", ".join(leads) + "]", '"events": [' + ", ".join(events) + "]",
              '"scores": ' + text(list(answers(case)))]
    return "{" + ", ".join(parts) + "}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--cases", type=int, required=True)
    parser.add_argument("--rows", action="store_true", help="rows instead of jsonb")
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    for number in range(options.cases):
        # A generator of its own for each case, so that one case can be had again without those before it.
        rng = random.Random("%d/%s/%d" % (options.seed, "rows" if options.rows else "jsonb", number))
        print(line(number, generate_row_case(rng) if options.rows else generate_case(rng)))


if __name__ == "__main__":
    main()
