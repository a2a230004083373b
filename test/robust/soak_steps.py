"""What the sessions of the soak do: functions from a random generator to the statements of one transaction.

A step is SQL, or a pair (COPY statement, data). The leads are few, so that everybody meets everybody.
"""

LEADS = range(1, 10)      # these stay
REPLACED = 10             # deleted and inserted again
ABSENT = (11, 12)         # these come and go; their events come before and after them
TRANSACTIONS, MAINTENANCE = [], []


def transaction(weight):
    def register(make):
        TRANSACTIONS.extend([(make.__name__.replace("_", " "), make)] * weight)
        return make
    return register


def maintenance(make):
    """Not inside a transaction block of the session's, and in READ COMMITTED."""
    make.by_itself = True
    MAINTENANCE.append((make.__name__.replace("_", " "), make))
    return make


def lead(r):
    return r.choice((REPLACED,) + ABSENT) if r.random() < 0.2 else r.choice(LEADS)


def some_leads(r, most=3):
    return sorted({lead(r) for _ in range(r.randint(1, most))})


def staying_leads(r, most):
    return sorted(r.sample(LEADS, r.randint(1, most)))


def kind(r):
    return r.choice(["'visit'", "'visit'", "'visit'", "'form'", "'letter'", "NULL"])


def moment(r):
    return r.choice(["now()", "now() - interval '%d hours'" % r.randint(0, 900), "now() + interval '2 days'", "NULL"])


def properties(r):
    return r.choice(["test.visit('/pricing', %d)", "test.visit('/p%d', 40)", "jsonb_build_object('seconds', 'x%d')"]) % r.randint(0, 9)


def event_row(r, lead_id):
    return "(%s, %s, %s, %s)" % (lead_id, kind(r), moment(r), properties(r))


def insert_events(r, leads):
    rows = [event_row(r, lead_id) for lead_id in leads for _ in range(r.randint(1, 3))]
    r.shuffle(rows)   # a statement may bring its rows in any order
    return "INSERT INTO crm.events (lead_id, kind, at, properties) VALUES " + ", ".join(rows)


# Rows that are there, locked in the order of their keys.
def hot_events(r, leads):
    return "id IN (SELECT id FROM crm.events WHERE id IN (SELECT id FROM crm.events WHERE lead_id IN (%s) ORDER BY md5(id::text || %d) LIMIT %d) ORDER BY id FOR UPDATE)" % (
        ", ".join(map(str, leads)), r.randint(1, 99), r.randint(1, 4))


def lock_leads(leads):
    return "SELECT FROM crm.leads WHERE id IN (%s) ORDER BY id FOR UPDATE" % ", ".join(map(str, leads))


@transaction(4)
def insert(r):
    return [insert_events(r, some_leads(r, 1))]


@transaction(4)
def insert_many(r):
    return [insert_events(r, some_leads(r, 6))]


@transaction(2)
def copy(r):
    rows = "".join("%d\tvisit\t2026-01-%02d\n" % (lead(r), r.randint(1, 28)) for _ in range(r.randint(1, 8)))
    return [("COPY crm.events (lead_id, kind, at) FROM STDIN", rows)]


@transaction(3)
def change_events(r):
    what = r.choice(["kind = " + kind(r), "at = " + moment(r), "properties = " + properties(r), "at = at - interval '1 day', kind = 'visit'"])
    return ["UPDATE crm.events SET %s WHERE %s" % (what, hot_events(r, some_leads(r)))]


@transaction(3)
def move_events(r):
    return ["UPDATE crm.events SET lead_id = %s WHERE %s" % (r.choice([str(lead(r)), "12 - lead_id", "NULL"]), hot_events(r, some_leads(r)))]


@transaction(3)
def delete_events(r):
    return ["DELETE FROM crm.events WHERE " + hot_events(r, some_leads(r, 4))]


@transaction(2)
def upsert_events(r):
    number = r.randint(1000000, 1000020)
    rows = ", ".join("(%d, %s)" % (number + i, lead(r)) for i in range(r.randint(1, 2)))
    return ["INSERT INTO crm.events (id, lead_id) VALUES %s ON CONFLICT (id) DO %s" % (
        rows, r.choice(["NOTHING", "UPDATE SET lead_id = excluded.lead_id", "UPDATE SET at = excluded.at - interval '3 days'"]))]


@transaction(2)
def change_then_insert(r):
    leads = some_leads(r, 2)
    return ["UPDATE crm.events SET kind = %s WHERE %s" % (kind(r), hot_events(r, leads[:1])), insert_events(r, leads[-1:])]


@transaction(4)
def several_inserts(r):
    return [insert_events(r, [lead_id]) for lead_id in some_leads(r, 4)]


@transaction(4)
def two_tables(r):
    steps = []
    for lead_id in some_leads(r, 3):
        steps += [insert_events(r, [lead_id]), call(lead_id)][::r.choice([1, -1])]
    return steps


def call(lead_id):
    return "INSERT INTO crm.calls (lead_id) SELECT id FROM crm.leads WHERE id = %d" % lead_id


@transaction(3)
def change_calls(r):
    leads = staying_leads(r, 3)
    one = ", ".join(map(str, leads))
    return [lock_leads(leads), r.choice([
        "DELETE FROM crm.calls WHERE lead_id IN (%s)" % one,
        "UPDATE crm.calls SET at = at - interval '1 day' WHERE lead_id IN (%s)" % one,
        "UPDATE crm.calls SET lead_id = (SELECT min(id) FROM crm.leads WHERE id IN (%s)) WHERE lead_id IN (%s)" % (one, one)])]


@transaction(3)
def change_lead(r):
    return ["UPDATE crm.leads SET employees = %s WHERE id = %d" % (r.choice(["NULL", str(r.randint(0, 400))]), lead(r))]


@transaction(3)
def change_leads_and_insert(r):
    steps = []
    for lead_id in some_leads(r, 3):
        steps += ["UPDATE crm.leads SET employees = %d WHERE id = %d" % (r.randint(0, 400), lead_id), insert_events(r, [lead_id])]
    return steps


@transaction(2)
def change_many_leads(r):
    leads = staying_leads(r, 6)
    return [lock_leads(leads), "UPDATE crm.leads SET employees = coalesce(employees, 0) + 30 WHERE id IN (%s)" % ", ".join(map(str, leads))]


@transaction(2)
def move_lead_to_company(r):
    return ["SELECT FROM crm.companies ORDER BY id FOR SHARE", "UPDATE crm.leads SET company_id = %s WHERE id = %d" % (r.choice(["NULL", "1", "2", "3", "7"]), lead(r))]


@transaction(2)
def change_company(r):
    return ["UPDATE crm.companies SET industry = '%s' WHERE id = %d" % (r.choice(["Software", "Finance", "Retail"]), r.randint(1, 3))]


@transaction(2)
def lead_comes_or_changes(r):
    return ["SELECT FROM crm.companies ORDER BY id FOR SHARE",
            "INSERT INTO crm.leads VALUES (%d, %d, %d) ON CONFLICT (id) DO UPDATE SET employees = excluded.employees" % (r.choice(ABSENT), r.randint(1, 3), r.randint(0, 400))]


@transaction(2)
def lead_goes(r):
    return ["DELETE FROM crm.leads WHERE id = %d" % r.choice(ABSENT)]


@transaction(1)
def lead_is_replaced(r):
    return ["DELETE FROM crm.leads WHERE id = %d" % REPLACED, "INSERT INTO crm.leads (id, employees) VALUES (%d, %d)" % (REPLACED, r.randint(0, 400)),
            insert_events(r, [REPLACED]), call(REPLACED)]


@transaction(2)
def mail(r):
    return ["INSERT INTO crm.mails (contact_id) VALUES (%d)" % r.randint(1, 9)]


@transaction(1)
def mails_go_or_move(r):
    chosen = "id IN (SELECT id FROM crm.mails WHERE id IN (SELECT id FROM crm.mails ORDER BY md5(id::text || %d) LIMIT 2) ORDER BY id FOR UPDATE)" % r.randint(1, 99)
    return [r.choice(["DELETE FROM crm.mails WHERE " + chosen, "UPDATE crm.mails SET contact_id = %d WHERE %s" % (r.randint(1, 9), chosen)])]


@transaction(2)
def contact_moves(r):
    return ["UPDATE crm.contacts SET lead_id = %s WHERE id = %d" % (r.choice(["NULL", str(lead(r))]), r.randint(1, 8))]


@transaction(1)
def company_comes_or_goes(r):
    """Leads name it before and after: see move_lead_to_company."""
    return [r.choice(["INSERT INTO crm.companies VALUES (7, 'Software') ON CONFLICT DO NOTHING", "DELETE FROM crm.companies WHERE id = 7"])]


@transaction(1)
def contact_comes_or_goes(r):
    return [r.choice(["INSERT INTO crm.contacts VALUES (9, %d) ON CONFLICT DO NOTHING" % lead(r), "DELETE FROM crm.contacts WHERE id = 9"])]


@transaction(2)
def letter(r):
    return ["INSERT INTO crm.letters (lead_id) VALUES (%d)" % lead(r)]


@transaction(1)
def letters_are_emptied(r):
    return ["TRUNCATE crm.letters"]


# --- what keeps a model: each by itself

def model(r):
    return r.choice(["now", "aside", "later"])


@maintenance
def refresh(r):
    return ["SELECT leadscore.refresh('%s')" % model(r)]


@maintenance
def fold(r):
    return ["SELECT leadscore.fold('%s')" % r.choice(["later", "later", "now"])]


@maintenance
def let_leads_get_old(r):
    """As the clock does, the other way round: then the next refresh has work."""
    return ["SELECT leadscore.rescore('%s', 'SELECT id FROM crm.leads', 'clock', now() - interval '20 days', false, false, false)" % model(r)]


@maintenance
def other_points(r):
    return ["SELECT leadscore.set_rules('%s', test.rules('%s'))" % (model(r), r.choice(["base", "points"]))]


@maintenance
def new_evidence_in_batches(r):
    name = model(r)
    return ["SELECT leadscore.set_rules('%s', test.rules('%s'), at_once => false)" % (name, r.choice(["more", "base"])), "CALL leadscore.catch_up('%s', 3)" % name]


@maintenance
def new_evidence_at_once(r):
    return ["SELECT leadscore.set_rules('%s', test.rules('%s'))" % (model(r), r.choice(["more", "base"]))]


@maintenance
def bind_or_unbind_a_table(r):
    name = model(r)
    return [r.choice(["SELECT leadscore.add_events('%s', 'crm.letters', lead => 'lead_id', at => 'at', kind => 'letter')",
                      "SELECT leadscore.drop_events('%s', 'crm.letters')"]) % name]


@maintenance
def another_model(r):
    """Made and dropped beside the others. Each call is a transaction: one for all would keep tables locked while it waits for others."""
    name = "extra%d" % r.randint(1, 2)
    return ["SELECT leadscore.create_model('%s', leads => 'crm.leads', rules => test.rules('base'), score_column => '%s_score', stage_column => '%s_stage')" % (name, name, name),
            "SELECT leadscore.add_events('%s', 'crm.events', lead => 'lead_id', at => 'at', kind_column => 'kind', properties => 'properties')" % name,
            "SELECT leadscore.drop_model('%s')" % name]


@maintenance
def adjust(r):
    return ["SELECT leadscore.adjust('%s', %d, 'engagement', 'add', %d, 'soak')" % (model(r), r.choice(LEADS), r.randint(-5, 5))]


@maintenance
def rebuild(r):
    return ["SELECT leadscore.rebuild('%s')" % model(r)]


@maintenance
def look(r):
    """In one snapshot; READ COMMITTED would see each query of a function at its own moment. TRUNCATE respects no snapshot, so its table is
    locked before there is one."""
    return ["BEGIN ISOLATION LEVEL REPEATABLE READ", "LOCK TABLE crm.letters IN ACCESS SHARE MODE", "SELECT * FROM leadscore.verify('%s')" % model(r), "COMMIT"]
