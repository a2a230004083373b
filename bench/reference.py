"""Compares scores of leads with the second implementation in test/reference.

usage: python3 bench/reference.py <lines

One JSON object a line: {"as_of", "rules": {name: document}}, then for each lead {"lead", "attributes" (or null), "events": [[kind, at,
properties], ...], "scores": [[name of rules, what scored, score as text], ...]}. Ends with 1 and says where, if any differs.
"""
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "test" / "reference"))

import document  # noqa: E402
import evidence  # noqa: E402
import scoring  # noqa: E402


def differences(rules, as_of, lead):
    events = [evidence.Event(kind, datetime.fromisoformat(at), properties) for kind, at, properties in lead["events"]]
    wanted = {}
    for name, what, got in lead["scores"]:
        if name not in wanted:
            wanted[name] = scoring.score(rules[name], lead["attributes"], evidence.gather(rules[name], events), as_of).score
        if got is None or Decimal(got) != wanted[name]:
            yield f"lead {lead['lead']}: {what} says {got}, the reference {wanted[name]} ({name})"


def main():
    head = document.parse_json(sys.stdin.readline())
    as_of = datetime.fromisoformat(head["as_of"])
    rules = {name: document.read(text) for name, text in head["rules"].items()}
    leads = answers = 0
    found = []
    for line in sys.stdin:
        lead = document.parse_json(line)
        found += differences(rules, as_of, lead)
        leads += 1
        answers += len(lead["scores"])
    for difference in found[:10]:
        print(difference, file=sys.stderr)
    if found or answers == 0:
        sys.exit(f"{len(found)} of {answers} scores of {leads} leads differ from the reference")
    print(f"{', '.join(rules)}: {answers} scores of {leads} leads are those of the reference")


if __name__ == "__main__":
    main()
