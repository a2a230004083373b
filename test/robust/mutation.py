#!/usr/bin/env python3
"""Spoilt documents, tallies and binary images against a live server; prints TAP lines.

Each must give a value or an error of class 22, 53, 54 or 0A. What is accepted must come back unchanged from its text and
binary form, and is then scored, explained, added up and rolled up, which again may only give a value or such an error.
MUTATION_SEED and MUTATION_SHARE (of the usual number of inputs, 1) change what is tried.
"""
import collections
import glob
import json
import os
import random
import struct
import sys
import time

import mutate
import wire

ROBUST = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(os.path.dirname(ROBUST), "fuzz", "corpus", "document_fuzz", "*.json")
SEED = int(os.environ.get("MUTATION_SEED", "20260801"))
SHARE = float(os.environ.get("MUTATION_SHARE", "1"))
ALLOWED = ("22", "53", "54", "0A", "08P01")  # the last: a binary parameter of no bytes, as for every type
BATCH = 64
MOST_SHOWN = 5

RULES_CHECKS = ["rules_forms", "rules_as_jsonb", "rules_study", "rules_score"]
TALLY_CHECKS = ["tally_forms", "tally_with_itself", "tally_with_others", "tally_score", "tally_finished"]


class Attack:
    def __init__(self):
        self.rng = random.Random(SEED)
        self.wrong = collections.Counter()
        self.codes = collections.Counter()
        self.lost = 0
        # Left alone: it lives as long as no backend has crashed.
        self.witness = wire.Connection()
        self.connect()
        with open(os.path.join(ROBUST, "attack.sql"), encoding="utf8") as script:
            self.server.must(script.read())
        self.prepare()

    def connect(self):
        for _ in range(120):
            try:
                self.server = wire.Connection()
                break
            except (wire.Lost, OSError):
                time.sleep(0.5)
        self.server.must("SET search_path = attack, leadscore, public; SET statement_timeout = '30s'; SET TimeZone = 'UTC'")

    def prepare(self):
        oids = {name: int(self.server.value("SELECT '%s'::regtype::oid" % name)) for name in ("scoring_rules", "lead_tally")}
        for name, checks, send in (("scoring_rules", RULES_CHECKS, "scoring_rules_send"), ("lead_tally", TALLY_CHECKS, "lead_tally_send")):
            self.server.prepare("read " + name, "SELECT $1::text, %s($1)" % send, [oids[name]])
            for check in checks:
                self.server.prepare(check, "SELECT %s($1)" % check, [oids[name]])

    def complain(self, test, what, given):
        self.wrong[test] += 1
        if self.wrong[test] <= MOST_SHOWN:
            print("  %s: %s" % (test, what))
            print("    given: %s" % (given[:3000] + (b"... (%d bytes)" % len(given) if len(given) > 3000 else b"")), flush=True)

    def run(self, test, statement, inputs, binary=False):
        """What the server says to each input; None where it broke down."""
        results = []
        while len(results) < len(inputs):
            batch = inputs[len(results):len(results) + BATCH]
            try:
                answers = self.server.execute(statement, [(item,) for item in batch], binary)
            except wire.Lost:
                answers = self.one_by_one(test, statement, batch, binary)
            for given, answer in zip(batch, answers):
                if answer is not None and answer.sqlstate:
                    self.codes[answer.sqlstate] += 1
                    if not answer.sqlstate.startswith(ALLOWED):
                        self.complain(test, "%s: %s: %s" % (statement, answer.sqlstate, answer.message), given)
            results += answers
        return results

    def one_by_one(self, test, statement, batch, binary):
        answers = []
        self.reconnect()
        for given in batch:
            try:
                answers += self.server.execute(statement, [(given,)], binary)
            except wire.Lost as error:
                self.lost += 1
                self.complain(test, "%s: the server crashed (%s)" % (statement, error), given)
                if self.lost >= 3:
                    sys.exit("not ok - the server keeps crashing")
                self.reconnect()
                answers.append(None)
        return answers

    def reconnect(self):
        self.connect()
        self.prepare()

    def report(self, test, name):
        print("%s - %s" % ("not ok" if self.wrong[test] else "ok", name), flush=True)

    def attack(self, test, kind, inputs, checks, binary=False):
        """Reads each input, then uses what was accepted; returns its binary forms."""
        began = time.time()
        answers = self.run(test, "read " + kind, inputs, binary)
        good = [(given, answer.rows[0]) for given, answer in zip(inputs, answers) if answer is not None and answer.rows]
        if binary:
            for given, (text, sent) in good:
                if kind == "lead_tally" and sent != given:
                    self.complain(test, "accepted, but not as given: %s" % text, given)
        sent = [row[1] for _, row in good]
        for (given, row), answer in zip(good, self.run(test, "read " + kind, sent, True)):
            if answer is not None and (not answer.rows or answer.rows[0] != row):
                self.complain(test, "its binary form is another value: %s" % row[0], given)
        for check in checks:
            for (given, _), answer in zip(good, self.run(test, check, sent, True)):
                if answer is not None and answer.rows and answer.rows[0][0] is not None:
                    self.complain(test, "%s: %s" % (check, answer.rows[0][0].decode()), given)
        seconds = time.time() - began
        if not good or len(good) == len(inputs):
            self.complain(test, "accepted are %d of %d: the inputs are not what they should be" % (len(good), len(inputs)), b"")
        print("  %s: %.1f s" % (test, seconds))
        self.report(test, "%s: %d inputs, %d accepted and used" % (test, len(inputs), len(good)))
        return [s for s in sent if len(s) < 100000]

    def attack_copy(self, test, table, images, count):
        """The same images through COPY, some in a spoilt file."""
        accepted = 0
        for _ in range(count):
            chosen = [self.rng.choice(images) for _ in range(self.rng.randint(0, 4))]
            if self.rng.random() < 0.6 and chosen:
                chosen[-1] = mutate.spoil_bytes(self.rng, chosen[-1])
            data = mutate.spoil_copy(self.rng, chosen)
            try:
                result = self.server.copy_in("COPY %s FROM STDIN (FORMAT binary)" % table, data)
            except wire.Lost as error:
                self.complain(test, "the server crashed (%s)" % error, data)
                self.reconnect()
                continue
            accepted += not result.sqlstate
            if result.sqlstate and not result.sqlstate.startswith(ALLOWED):
                self.complain(test, "%s: %s" % (result.sqlstate, result.message), data)
        stored = self.server.query("SELECT count(*), count(v::text) FROM %s" % table)
        if stored.sqlstate:
            self.complain(test, "reading it back: %s: %s" % (stored.sqlstate, stored.message), b"")
        elif stored.rows[0][0] != stored.rows[0][1] or not accepted or accepted == count:
            self.complain(test, "%d of %d accepted, %s rows" % (accepted, count, stored.rows[0]), b"")
        self.report(test, "%s: %d files, %d accepted" % (test, count, accepted))


def seeds():
    """The documents of the fuzzing corpus that are JSON."""
    found = []
    for path in sorted(glob.glob(CORPUS)):
        with open(path, "rb") as file:
            data = file.read().strip()
        try:
            json.loads(data)
        except ValueError:
            continue
        found.append(data)
    return found


def fill(attack, documents):
    """Documents, events, leads and tallies to try accepted values with."""
    rng, server = attack.rng, attack.server
    texts = [r.rows[0][0] for r in server.execute("read scoring_rules", [(d,) for d in documents]) if r.rows]
    for number, text in enumerate(texts):
        server.must(b"INSERT INTO document VALUES (%d, $d$%s$d$)" % (number, text))
    kinds = sorted({kind for row in server.must("SELECT array_to_json(\"on\") FROM document, rules_of(rules)") if row[0] for kind in json.loads(row[0])})
    for number in range(60):
        properties = {"url": rng.choice(["/pricing", "/", ""]), "email_id": rng.randint(1, 4), "seconds": rng.choice([3, 2.5, "x", 1e15, None]),
                      "amount": rng.choice([1, -2.25, 1e300]), "list": [1, "a", None], "a.b": {"c": rng.random() < 0.5}}
        moment = "2026-%02d-%02d %02d:00Z" % (rng.randint(1, 7), rng.randint(1, 28), rng.randint(0, 23))
        server.must("INSERT INTO event VALUES ($k$%s$k$, '%s', $p$%s$p$)" % (rng.choice(kinds), moment, json.dumps(properties)))
    server.must("INSERT INTO event VALUES (NULL, now(), NULL), ('visit', 'infinity', '{}'), ('visit', '4713-01-01 BC', '[]')")
    server.must("""INSERT INTO lead VALUES (1, 70, 'Software', 'DE', '2026-07-01', '2026-07-31 23:59:59.999999Z', '{a,NULL,b}',
                   '{"industry": "Finance", "geo": {"city": "Köln"}}'), (2, 'NaN', '', NULL, 'infinity', '-infinity', '{}', 'null')""")
    server.must("INSERT INTO lead VALUES (3), (4); UPDATE lead SET industry = repeat('a', 3000) WHERE id = 4")
    server.must("INSERT INTO event VALUES ('visit', '2026-07-01', jsonb_build_object('url', repeat('a', 3000)))")
    server.must("INSERT INTO base SELECT id, (SELECT lead_tally(rules, kind, at, p) FROM event) FROM document")
    return texts


def tally_texts(attack, count):
    """Spoilt literals, and literals written with amounts at their ends, of the evidence of known documents and of none."""
    rng = attack.rng
    real = [row[0] for row in attack.server.must("SELECT tally::text FROM base ORDER BY id")]
    real += [b"tally1 unset", b"tally1"]
    real += [text + b" as_of 838000000000000 rules " + rules for text, rules in
             ((row[0], row[1]) for row in attack.server.must("SELECT tally::text, rules::text FROM base JOIN document USING (id) ORDER BY id"))]
    ids = [text.split(b" as_of")[0].decode().split(" ")[1:] for text in real]
    ids = [[part[:16] for part in parts if part != "unset"] for parts in ids]
    made = []
    for _ in range(count):
        if rng.random() < 0.5:
            names = list(rng.choice(ids))
            if rng.random() < 0.1:
                names = sorted({"%016x" % rng.getrandbits(64) for _ in range(rng.randint(0, 5))})
            made.append(mutate.make_tally_text(rng, names))
            if rng.random() < 0.1:
                made[-1] += b" as_of %d rules %s" % (rng.choice([0, 838 * 10 ** 12, 1 << 62, -(1 << 63), -(1 << 62)]),
                                                    mutate.spoil_document(rng, rng.choice(DOCUMENTS), DOCUMENTS))
        else:
            made.append(mutate.spoil_bytes(rng, rng.choice(real)).replace(b"\0", b"0"))
    return made


def spoil_image(rng, images):
    image = bytearray(rng.choice(images))
    # The head and the digest are rarely hit, or nothing would be accepted.
    if rng.random() < 0.6 and len(image) > 40:
        at = rng.randrange(20, len(image))
        for _ in range(rng.choice([1, 1, 2])):
            image[min(len(image) - 1, at + rng.randrange(3))] = rng.choice([0, 1, 2, 0x7f, 0x80, 0xff, rng.randrange(256)])
        return bytes(image)
    if rng.random() < 0.1:
        at = rng.randrange(len(image) + 1)
        image[at:at] = bytes([0xff] * rng.randint(1, 19)) + bytes([rng.choice([0, 1, 3, 0x7f])])
        return bytes(image)
    return mutate.spoil_bytes(rng, image)


DOCUMENTS = seeds()


def main():
    print("seed %d, share %g" % (SEED, SHARE))
    attack = Attack()
    rng = attack.rng
    known = fill(attack, DOCUMENTS)

    inputs = known + [mutate.spoil_document(rng, rng.choice(DOCUMENTS), DOCUMENTS).replace(b"\0", b"\x01") for _ in range(int(15000 * SHARE))]
    images = attack.attack("documents as text", "scoring_rules", inputs, RULES_CHECKS)
    inputs = [mutate.spoil_document(rng, rng.choice(DOCUMENTS), DOCUMENTS) for _ in range(int(4000 * SHARE))]
    inputs = [b"\x01" + data if rng.random() < 0.9 else data for data in inputs] + [mutate.spoil_bytes(rng, rng.choice(images)) for _ in range(int(4000 * SHARE))]
    attack.attack("documents as binary", "scoring_rules", inputs, RULES_CHECKS[:1], binary=True)
    attack.attack_copy("documents by COPY", "rules_in", images, int(1000 * SHARE))

    attack.attack("documents at the limits", "scoring_rules", list(mutate.extreme_documents())[::1 if SHARE >= 1 else 4], RULES_CHECKS)

    images = attack.attack("tallies as text", "lead_tally", tally_texts(attack, int(12000 * SHARE)), TALLY_CHECKS)
    inputs = [spoil_image(rng, images) for _ in range(int(18000 * SHARE))]
    attack.attack("tallies as binary", "lead_tally", inputs, TALLY_CHECKS, binary=True)
    attack.attack_copy("tallies by COPY", "tally_in", images, int(1000 * SHARE))

    print("  errors: " + ", ".join("%s %d" % item for item in sorted(attack.codes.items())))
    try:
        alive = attack.witness.value("SELECT 'alive'") == "alive"
    except wire.Lost:
        alive = False
    attack.wrong["alive"] += not alive
    attack.report("alive", "no backend crashed")
    return 1 if sum(attack.wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
