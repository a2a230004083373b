#!/usr/bin/env python3
"""Memory of one backend: flat over 100,000 calls, and bounded in large queries; prints TAP lines."""
import os
import re
import sys
import threading
import time

import wire

ROBUST = os.path.dirname(os.path.abspath(__file__))
CALLS = int(os.environ.get("MEMORY_CALLS", "100000"))
BATCH = 1000
# What may be left behind between a tenth of the calls and the last one: in all of the server's contexts, and in the process.
CONTEXT_GROWTH_KB = 64
PROCESS_GROWTH_KB = 768
wrong = 0


def own_kb(pid):
    """Memory of a process that it shares with no other."""
    with open("/proc/%d/status" % pid, encoding="ascii") as status:
        return int(re.search(r"RssAnon:\s+(\d+) kB", status.read()).group(1))


def contexts_kb(server):
    return int(server.value("SELECT sum(used_bytes) FROM pg_backend_memory_contexts")) / 1024


def report(good, name, detail=""):
    global wrong
    wrong += not good
    print("%s - %s" % ("ok" if good else "not ok", name))
    print("  " + detail, flush=True)


def flat_over_many_calls():
    server = wire.Connection()
    server.must("SET search_path = memory, leadscore, public; SET TimeZone = 'UTC'; SET jit = off")
    cancelled = 0
    before = None
    process = []
    for done in range(0, CALLS, BATCH):
        server.must("SELECT count(call(i)) FROM generate_series(%d, %d) i" % (done, done + BATCH - 1))
        # And outside of functions: cut short in the middle, failing in the middle.
        server.must("SET statement_timeout = 4")
        cancelled += server.query("SELECT lead_tally(rules, kind, at, p) FROM known, event, generate_series(1, 100000)").sqlstate == "57014"
        server.must("SET statement_timeout = 0")
        if server.query("SELECT lead_score(rules, kind, at, jsonb_build_object('url', 1 / (11 - n)), '2026-06-01Z') FROM known, event GROUP BY id").sqlstate != "22012":
            raise RuntimeError("a failing aggregate did not fail")
        if (done + BATCH) % (CALLS // 10) == 0:
            process.append(own_kb(server.pid))
            before = before or contexts_kb(server)
    after = contexts_kb(server)
    report(after - before <= CONTEXT_GROWTH_KB, "the server's memory contexts are flat over %d calls" % CALLS,
           "%.0f kB after a tenth of the calls, %.0f kB at the end; %d kB more are allowed" % (before, after, CONTEXT_GROWTH_KB))
    # What is lost in each call grows in every tenth, and lifts the least that the process ever has. A statement that is cancelled late on a
    # busy machine takes more at once, which the C library keeps for a while or for good: steps of single tenths, up and down.
    growth = sorted(late - early for early, late in zip(process, process[1:]))
    usual = growth[len(growth) // 2] * len(growth)
    half = len(process) // 2
    least = (min(process[half:]) - min(process[:half])) * len(growth) // half
    report(min(usual, least) <= PROCESS_GROWTH_KB, "the process is flat over %d calls" % CALLS,
           "%s kB after each tenth of the calls: by the usual tenth %d kB more, by the least of both halves %d kB; %d kB are allowed"
           % (process, usual, least, PROCESS_GROWTH_KB))
    report(cancelled >= CALLS // BATCH * 9 // 10, "statements were cancelled in the middle", "%d of %d" % (cancelled, CALLS // BATCH))
    server.close()


def peak_of(settings, query):
    """Most memory a fresh backend took during a query, above what it had before, in kB; and the query's rows."""
    server = wire.Connection()
    server.must("SET search_path = memory, leadscore, public; SET TimeZone = 'UTC'; SET jit = off; SET max_parallel_workers_per_gather = 0; " + settings)
    server.must("SELECT lead_score(rules, kind, at, p) FROM known, event GROUP BY id")
    before = peak = own_kb(server.pid)
    over = threading.Event()

    def watch():
        nonlocal peak
        while not over.is_set():
            peak = max(peak, own_kb(server.pid))
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        rows = server.must(query)
    finally:
        over.set()
        watcher.join()
    server.close()
    return peak - before, rows


def a_million_groups():
    query = ("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT sum(length(t::text)) FROM (SELECT lead, lead_tally(rules, kind, at, p) AS t "
             "FROM known, (SELECT * FROM event WHERE n <= 2) e, generate_series(1, 1000000) lead WHERE id = 1 GROUP BY lead) x")
    peak, rows = peak_of("SET work_mem = '16MB'; SET hash_mem_multiplier = 1; SET enable_sort = off", query)
    plan = "\n".join(row[0].decode() for row in rows)
    disk = re.search(r"HashAggregate.*\n(?:.*\n)*?.*Disk Usage: (\d+)kB", plan)
    if not disk:
        print(plan)
    report(disk is not None, "a million groups spill to disk", "%s kB" % (disk.group(1) if disk else "no"))
    report(peak <= 64 << 10, "a million groups under work_mem of 16 MB", "took %d kB; %d kB are allowed" % (peak, 64 << 10))


def grouping_sets():
    # Groups of a sorted and of a hashed set begin in turns.
    query = ("SELECT count(t::text) FROM (SELECT lead_tally(rules, kind, at, p) AS t FROM known, (SELECT * FROM event WHERE n <= 2) e, "
             "generate_series(1, 30000) lead WHERE id = 1 GROUP BY GROUPING SETS ((lead), (lead % 30011 * 7 % 30011))) x")
    peak, _ = peak_of("SET work_mem = '64MB'", query)
    report(peak <= 128 << 10, "grouping sets", "took %d kB; %d kB are allowed" % (peak, 128 << 10))


def windows():
    for name, frame in (("running", "ROWS UNBOUNDED PRECEDING"), ("moving", "ROWS 100 PRECEDING")):
        query = ("SELECT sum(pg_column_size(t)), sum(s) FROM (SELECT lead_tally(rules, kind, at, p) OVER w AS t, lead_score(rules, kind, at, p, '2026-06-01Z') OVER w AS s "
                 "FROM known, event, generate_series(1, 16667) g WHERE id = 1 WINDOW w AS (ORDER BY g, n %s)) x" % frame)
        peak, _ = peak_of("SET work_mem = '4MB'", query)
        report(peak <= 32 << 10, "a %s window over 200,000 rows" % name, "took %d kB; %d kB are allowed" % (peak, 32 << 10))


def many_documents():
    """300 documents in turns: more than stay compiled, so each row compiles; ten times the rows may not take more."""
    queries = {
        "score()": "SELECT sum((score(rules, '{\"title\": \"chief x\"}'::jsonb, NULL, '2026-06-01Z')).score) FROM generate_series(1, %d) g, documents",
        "lead_score()": "SELECT sum(s) FROM (SELECT lead_score(rules, kind, at, p, '2026-06-01Z') AS s FROM generate_series(1, %d) g, event, documents WHERE n = 1 GROUP BY id) x"}
    for name, query in queries.items():
        few, _ = peak_of("SET enable_sort = off; SET enable_hashjoin = off; SET work_mem = '64MB'", query % 10)
        many, _ = peak_of("SET enable_sort = off; SET enable_hashjoin = off; SET work_mem = '64MB'", query % 100)
        report(many - few <= 4 << 10, "300 documents in turns, %s" % name,
               "took %d kB for 3,000 rows, %d kB for 30,000; %d kB more are allowed" % (few, many, 4 << 10))


def outcomes():
    """Memory for judging scores is that of distinct scores, not of leads."""
    query = ("SELECT evaluate_score(i %% %d, i %% 3 = 0, (i %% %d) / 1e7), score_bands(i %% %d, i %% 3 = 0, 10), compare_scores(i %% %d, 1, i %% 3 = 0) "
             "FROM (SELECT generate_series(1, %d) AS i) x")
    for leads, distinct, most in ((1000000, 100, 1 << 10), (500000, 500000, 256 << 10)):
        peak, _ = peak_of("", query % (distinct, distinct, distinct, distinct, leads))
        report(peak <= most, "%d leads with %d distinct scores" % (leads, distinct), "took %d kB; %d kB are allowed" % (peak, most))


def values_of_attributes():
    """Memory for counting leads by the values of attributes is that of few leads, and goes with the query, however it ends."""
    query = ("SELECT length(value_outcomes(x, i %% 3 = 0, NULL, 5, 20)::text) FROM (SELECT i, 'name ' || i AS a, i * 1.7 AS b, sqrt(i) AS c, repeat('x', 200) || i AS d, "
             "jsonb_build_object('k' || i %% 1000, i, 'l', i) AS j, 1 / (%d - i) FROM generate_series(1, %d) i) x")
    few, _ = peak_of("", query % (0, 30000))
    many, _ = peak_of("", query % (0, 300000))
    report(many <= few + (4 << 10) and many <= 32 << 10, "values of 300,000 leads", "took %d kB for 30,000 leads, %d kB for 300,000" % (few, many))
    server = wire.Connection()
    server.must("SET search_path = leadscore, public")
    before = 0
    for run in range(200):
        server.must(query % (0, 3000))
        if server.query(query % (2900, 3000)).sqlstate != "22012":
            raise RuntimeError("a failing aggregate did not fail")
        before = own_kb(server.pid) if run == 49 else before
    after = own_kb(server.pid)
    report(after - before <= 2048, "counting again and again", "%d kB after 50 runs, %d kB after 200; 2048 kB more are allowed" % (before, after))
    server.close()


def main():
    setup = wire.Connection()
    with open(os.path.join(ROBUST, "memory.sql"), encoding="utf8") as script:
        setup.must(script.read())
    setup.must("VACUUM ANALYZE memory.event")
    setup.close()
    for test in (flat_over_many_calls, a_million_groups, grouping_sets, windows, many_documents, outcomes, values_of_attributes):
        began = time.time()
        try:
            test()
        except (RuntimeError, wire.Lost) as error:
            report(False, test.__name__.replace("_", " "), str(error))
        print("  %s: %.1f s" % (test.__name__, time.time() - began))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
