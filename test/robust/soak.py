"""Eight sessions write into the same few leads for a while: single statements and transactions of several, in all three isolation
levels, with refresh, fold, adjustments and new rules in between. Then every model must equal its tables, and nobody may have seen a deadlock.

What an application must do to have no deadlocks of its own is done here too, and told in docs/models.md:
- a transaction takes its leads in ascending order, a statement over several rows locks them in the order of their keys;
- events and contacts that are there are changed by the first statement of a transaction, or with their leads locked before;
- who changes the company of a lead locks the company first.

SOAK_SECONDS (45) and SOAK_SEED vary the run. The world of the isolation specs is used, with three models on it.
"""
import collections
import os
import random
import sys
import threading
import time

from wire import Connection, Lost
from soak_steps import MAINTENANCE, TRANSACTIONS

MODELS = {"aside": ("immediate", "off"), "later": ("queued", "on"), "now": ("immediate", "on")}
LEVELS = ["READ COMMITTED"] * 5 + ["REPEATABLE READ"] * 3 + ["SERIALIZABLE"] * 2
# What else may fail: foreign and unique keys of the application, and binding what is bound, or while a version waits for catch_up().
CONSTRAINTS = {"23503", "23505"}
REFUSALS = {"42704", "42710", "55000"}
SESSIONS = 8
RETRIES = 20


class Failed(Exception):
    def __init__(self, sqlstate, message, statement):
        super().__init__(message)
        self.sqlstate, self.message, self.statement = sqlstate, message, statement


class Session(threading.Thread):
    """Runs one transaction after the other until the time is over; keeps what it did and what went wrong."""

    def __init__(self, number, seed, until, shared):
        super().__init__(daemon=True)
        self.number, self.until, self.shared = number, until, shared
        self.random = random.Random("%s/%d" % (seed, number))
        self.done, self.errors, self.retries = collections.Counter(), [], 0
        self.connection = Connection()
        self.connection.must("SET statement_timeout = '60s'; SET client_min_messages = warning; SET application_name = 'soak %d'" % number)

    def run(self):
        try:
            while time.monotonic() < self.until and not self.shared.stop:
                self.one()
        except Lost as lost:
            self.wrong("lost", str(lost), "")
        except Exception as problem:  # a mistake of this program must fail the test too
            self.wrong("bug", repr(problem), "")

    def wrong(self, *what):
        self.errors.append(what)
        self.shared.stop = self.shared.stop or len(self.errors) > 5

    def one(self):
        maintenance = self.random.random() < (0.25 if self.number == 0 else 0.02)
        name, make = self.random.choice(MAINTENANCE if maintenance else TRANSACTIONS)
        level = "READ COMMITTED" if getattr(make, "by_itself", False) else self.random.choice(LEVELS)
        seed = self.random.random()
        for _ in range(RETRIES):
            try:
                self.attempt(make, random.Random(seed), level)
                self.done[name] += 1
                return
            except Failed as failed:
                self.connection.query("ROLLBACK")
                if failed.sqlstate == "40001" and level != "READ COMMITTED":
                    self.retries += 1
                    continue
                if failed.sqlstate not in (REFUSALS if getattr(make, "by_itself", False) else CONSTRAINTS):
                    self.wrong(failed.sqlstate, "%s (%s, %s)" % (failed.message, name, level), failed.statement)
                self.done[name + ", refused"] += 1
                return
        self.done[name + ", given up"] += 1

    def attempt(self, make, rng, level):
        steps = make(rng)
        if getattr(make, "by_itself", False):
            for step in steps:
                self.run_step(step)
            return
        block = len(steps) > 1 or level != "READ COMMITTED" or rng.random() < 0.3
        if block:
            self.run_step("BEGIN ISOLATION LEVEL " + level)
        for step in steps:
            if block and rng.random() < 0.12:
                # What is undone may change as much as what stays. It takes no locks that the step itself would not.
                self.run_step("SAVEPOINT s")
                self.run_step(step)
                undone = rng.random() < 0.7
                self.run_step("ROLLBACK TO s" if undone else "RELEASE s")
                if rng.random() < 0.5 and not takes_locks(step) or not undone and chooses_events(step):
                    continue
            self.run_step(step)
        if block:
            self.run_step("ROLLBACK" if rng.random() < 0.12 else "COMMIT")

    def run_step(self, step):
        if isinstance(step, tuple):
            result = self.connection.copy_in(step[0], step[1].encode())
        else:
            result = self.connection.query(step)
        if result.sqlstate:
            raise Failed(result.sqlstate, result.message, str(step))
        if isinstance(step, str) and "leadscore.verify(" in step and result.rows:
            self.wrong("verify", "%d differences while others write: %s" % (len(result.rows), result.rows[:3]), step)


def takes_locks(step):
    """A lock that later steps need must not stay undone."""
    return isinstance(step, str) and step.startswith("SELECT FROM ")


def chooses_events(step):
    """Done once more it would choose others, of earlier leads."""
    return isinstance(step, str) and "md5(" in step


class Shared:
    stop = False


def prepare(connection):
    connection.must("CALL test.make_world('{}')")
    connection.must("INSERT INTO crm.leads SELECT i, 1 + i % 3, i * 20 FROM generate_series(5, 10) i;"
                    "INSERT INTO crm.contacts SELECT i, 1 + i % 10 FROM generate_series(3, 8) i;"
                    "INSERT INTO crm.events (lead_id, at) SELECT 1 + i % 12, now() - i * interval '7 hours' FROM generate_series(1, 200) i")
    for model, (upkeep, mirror) in MODELS.items():
        connection.must("SET test.upkeep = %s; SET test.mirror = '%s'; CALL test.create_model('%s')" % (upkeep, mirror, model))


def report(name, problems):
    print("%s - %s" % ("not ok" if problems else "ok", name))
    for problem in problems[:20]:
        print("  %s" % (problem,))
    sys.stdout.flush()


def main():
    seed = os.environ.get("SOAK_SEED", "20261123")
    seconds = float(os.environ.get("SOAK_SECONDS", "45"))
    control = Connection()
    prepare(control)
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    before = control.value(deadlocks)
    shared, until = Shared(), time.monotonic() + seconds
    sessions = [Session(number, seed, until, shared) for number in range(SESSIONS)]
    for session in sessions:
        session.start()
    for session in sessions:
        session.join(seconds + 120)
    stuck = [s.name for s in sessions if s.is_alive()]

    done = sum((s.done for s in sessions), collections.Counter())
    print("seed %s, %d transactions, %d retries" % (seed, sum(done.values()), sum(s.retries for s in sessions)))
    for name, count in sorted(done.items()):
        print("  %6d  %s" % (count, name))
    errors = [error for s in sessions for error in s.errors]
    report("every session came to its end", stuck)
    report("no deadlock, and no error but serialization failures and the application's constraints", [e for e in errors if e[0] != "verify"])
    report("verify finds nothing at any moment", [e for e in errors if e[0] == "verify"])
    time.sleep(1.2)  # sessions report their statistics at most once a second
    report("the server counts no deadlock", [] if control.value(deadlocks) == before else ["%s deadlocks" % control.value(deadlocks)])
    report("every kind of transaction succeeded at least once", [n for n, _ in TRANSACTIONS + MAINTENANCE if not done[n]])
    compare(control, "after the last write")
    for model in MODELS:
        control.must("CALL leadscore.catch_up('%s')" % model)
        control.must("SELECT leadscore.refresh('%s')" % model)
    compare(control, "after refresh")
    report("nothing is pending", [r for r in control.must("SELECT count(*) FROM crm.leads_later_queue") if r[0] != b"0"])
    for model in MODELS:
        control.must("SELECT leadscore.rebuild('%s')" % model)
    compare(control, "after rebuild")


def compare(control, when):
    """By verify, and by an independent recomputation in plain SQL (test.differences)."""
    for model in MODELS:
        result = control.query("SELECT d FROM test.differences('%s') d" % model)
        report("%s equals the tables %s" % (model, when), [result.message] if result.sqlstate else [r[0].decode() for r in result.rows])
        for row in result.rows if not result.sqlstate else []:
            explain(control, model, row[0].decode().split("lead ")[1].split(":")[0].split(",")[0])


def explain(control, model, lead):
    """What rules give by what is stored, and by the events."""
    wrong = control.query("SELECT * FROM (SELECT s.name, s.hits AS stored, c.hits AS counted FROM leadscore.explain_lead('%s', '%s') s JOIN leadscore.explain_lead('%s', '%s', now()) c "
                          "USING (step, name) WHERE step = 'rule' AND (s.hits, s.measure) IS DISTINCT FROM (c.hits, c.measure)) d" % (model, lead, model, lead))
    print("  lead %s: %s" % (lead, wrong.message if wrong.sqlstate else wrong.rows))


main()
