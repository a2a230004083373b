#!/usr/bin/env python3
"""Makes the demo's data from the UCI data set "Online Retail" (see examples/demo/DATA.md).

    tools/make_demo_data.py online_retail.csv.xz [folder]

The input is the data set as CSV (plain, .gz or .xz) with the columns InvoiceNo, Quantity, InvoiceDate, UnitPrice,
CustomerID and Country. One customer in ten is taken, chosen by the MD5 of the customer's number, so the same input
always gives the same files.
"""
import csv
import gzip
import hashlib
import lzma
import sys
from decimal import Decimal
from pathlib import Path

ONE_IN = 10


def open_text(path):
    opener = {".xz": lzma.open, ".gz": gzip.open}.get(Path(path).suffix, open)
    return opener(path, "rt", encoding="utf-8", newline="")


def chosen(customer):
    return int(hashlib.md5(customer.encode()).hexdigest(), 16) % ONE_IN == 0


def read_lines(path):
    """The order lines of the chosen customers, oldest first."""
    with open_text(path) as source:
        lines = []
        for line in csv.DictReader(source):
            line["CustomerID"] = line["CustomerID"].removesuffix(".0")
            if line["CustomerID"] and chosen(line["CustomerID"]):
                lines.append(line)
    lines.sort(key=lambda line: line["InvoiceDate"])
    return lines


def make_leads(lines):
    leads = {}
    for line in lines:
        leads.setdefault(line["CustomerID"], (line["Country"], line["InvoiceDate"][:10]))
    return sorted((customer, *rest) for customer, rest in leads.items())


def make_events(lines):
    """A sale or cancellation per invoice, a visit per customer and day; each at its earliest line."""
    invoices, visits = {}, {}
    for line in lines:
        customer, moment = line["CustomerID"], line["InvoiceDate"]
        invoice = invoices.setdefault((customer, line["InvoiceNo"]), [moment, Decimal(0), 0])
        invoice[1] += int(line["Quantity"]) * Decimal(line["UnitPrice"])
        invoice[2] += 1
        visits.setdefault((customer, moment[:10]), moment)
    events = []
    for (customer, number), (moment, amount, count) in invoices.items():
        kind = "cancellation" if number.startswith("C") else "sale"
        # Not json.dumps: the amount shall keep its digits.
        properties = f'{{"invoice": "{number}", "amount": {abs(amount)}, "lines": {count}}}'
        events.append((moment, customer, kind, properties))
    for (customer, _), moment in visits.items():
        events.append((moment, customer, "visit", "{}"))
    return sorted(events)


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).resolve().parent.parent / "examples" / "demo"
    lines = read_lines(sys.argv[1])
    write(folder / "leads.csv", ("lead_id", "country", "first_seen"), make_leads(lines))
    write(folder / "events.csv", ("lead_id", "kind", "occurred_at", "properties"),
          ((customer, kind, moment + "+00", properties) for moment, customer, kind, properties in make_events(lines)))


if __name__ == "__main__":
    main()
