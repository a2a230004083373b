"""Spoils documents, tallies and their binary images in many ways. The same generator state spoils in the same way."""
import copy
import json
import re
import struct

TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[a-z]+|[\[\]{},:]|\s+|.', re.S)
LIMIT = 1 << 20

# What a reader may trip over, as JSON.
ODD_JSON = [b"null", b"true", b"[]", b"{}", b'""', b"0", b"-0", b"-0.0", b"1e0", b"0.1", b"0.0000001", b"1e-7", b"1e400", b"-1e400", b"1e-400",
            b"9" * 400, b"0." + b"0" * 400 + b"1", b"1e9", b"1000000001", b"1e15", b"1.000000000000001e15", b"9223372036854775807",
            b"9223372036854775808", b"-9223372036854775809", b"2147483648", b"1e99999999999999999999", b"NaN", b"Infinity", b"01", b"+1", b".5",
            b"1.", b'"\\u0000"', b'"a\\u0000b"', b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\ud83d\\ude00"', b'"\\x41"', b'"%"', b'"\\\\"', b'"(("', b'"(a+)+$"',
            b'"a{1,255}{1,255}"', b'"\\\\1"', b'"(?=a)(b|c)*\\\\2"', b'"0 days"', b'"99999999999999999999 days"', b'"3650000 years"', b'"-1 days"',
            b'"1 hours"', b'"2026-02-30"', b'"0000-00-00T99:99"', b'"Mars/Olympus"', b'"../../etc/passwd"', b'"/etc/passwd"', b'"localtime"',
            b'"posixrules"', b'"EST5EDT,M3.2.0,M11.1.0"', b'"Asia/Kathmandu"', b'"score"', b'"probability"', b'"excluded"', b'"*"', b'["*"]',
            b'"' + b"n" * 1025 + b'"', b'"' + b"\xf0\x9f\x98\x80" * 256 + b'"', b'"a.b.c.d.e.f.g.h"', b'"' + b"." * 200 + b'"',
            b"[" * 31 + b"]" * 31, b"[" * 33 + b"]" * 33, b'{"not":' * 14 + b"{}" + b"}" * 14, b'{"all":[' * 40 + b"]}" * 40]
# As raw bytes, anywhere.
ODD_BYTES = [b"\x00", b"\x01", b"\x1f", b"\x7f", b"\x80", b"\xbf", b"\xc0\x80", b"\xc3", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
             b"\xff\xfe", b"\xef\xbb\xbf", b"\\", b"\\u12", b'"', b"/* */", b"//", b"\r\n", b"\t", b"\xe2\x80\xa8"]
KEYS = ["name", "description", "enabled", "dimension", "group", "min", "max", "if", "points", "attribute", "bands", "from", "values", "otherwise",
        "missing", "on", "within", "measure", "sum", "distinct", "ratio_to", "idle", "burst", "at_most", "hits", "per", "limit", "decay", "half_life",
        "linear", "every", "lose", "all", "any", "not", "=", "!=", "<", "<=", ">", ">=", "in", "not_in", "between", "starts_with", "ends_with",
        "contains", "like", "ilike", "matches", "exists", "within_last", "older_than", "within_next", "take", "weight", "needs", "keep", "sticky",
        "qualification", "of", "levels", "intercept", "slope", "horizon", "timezone", "score", "decimals", "stages", "labels", "groups", "exclude"]


def spoil_bytes(rng, data):
    """A few wounds that know nothing of the format."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 3, 8])):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice([1, 1, 2, 4, 8, 16, 64]))
        how = rng.randrange(8)
        if how == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif how == 1 and at < len(data):
            data[at] = rng.choice([0, 1, 2, 0x7f, 0x80, 0xff, rng.randrange(256)])
        elif how == 2:
            data[at:at] = rng.choice(ODD_BYTES)
        elif how == 3:
            del data[at:end]
        elif how == 4:
            data[at:at] = data[at:end] * rng.choice([1, 1, 2, 50])
        elif how == 5:
            del data[at:]
        elif how == 6:
            data[at:end] = bytes(rng.randrange(256) for _ in range(end - at))
        else:
            source = rng.randrange(len(data) + 1)
            data[at:end] = data[source:source + (end - at)]
    return bytes(data[:LIMIT])


def spoil_tokens(rng, data, others):
    """Whole tokens moved, doubled, dropped, or replaced by odd ones or by those of another document."""
    tokens = TOKEN.findall(data)
    for _ in range(rng.choice([1, 1, 2, 3, 6])):
        at, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
        how = rng.randrange(7)
        if how == 0:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif how == 1:
            tokens[at:at] = tokens[other:other + rng.choice([1, 2, 5, 40])]
        elif how == 2:
            del tokens[at:at + rng.choice([1, 1, 2, 4])]
        elif how in (3, 4):
            same = [i for i, token in enumerate(tokens) if token[:1] in b'"-0123456789ntf']
            if same:
                tokens[rng.choice(same)] = rng.choice(ODD_JSON)
        elif how == 5:
            tokens[at] = rng.choice(TOKEN.findall(rng.choice(others)))
        else:
            tokens[at] = rng.choice(ODD_JSON + ODD_BYTES)
        if not tokens:
            break
    return b"".join(tokens)[:LIMIT]


class Pairs(list):
    """A JSON object that may hold a key twice."""


class Number(str):
    """A number as it is written."""


def read_json(data):
    return json.loads(data, object_pairs_hook=Pairs, parse_int=Number, parse_float=Number)


def write_json(value):
    if isinstance(value, Pairs):
        return "{" + ",".join(json.dumps(key) + ":" + write_json(item) for key, item in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write_json, value)) + "]"
    return str(value) if isinstance(value, Number) else value.decode("utf8", "surrogateescape") if isinstance(value, bytes) else json.dumps(value)


def places_of(value, found):
    """Every (holder, index) of a tree."""
    for index, item in enumerate(value):
        found.append((value, index))
        item = item[1] if isinstance(value, Pairs) else item
        if isinstance(item, list):
            places_of(item, found)
    return found


def spoil_tree(rng, data, others):
    """Still JSON afterwards, mostly: parts replaced, moved between documents, renamed, doubled."""
    tree, other = read_json(data), read_json(rng.choice(others))
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        places, sources = places_of(tree, []), places_of(other, [])
        if not places or not sources:
            break
        holder, index = rng.choice(places)
        giver, number = rng.choice(sources)
        gift = copy.deepcopy(giver[number][1] if isinstance(giver, Pairs) else giver[number])
        how = rng.randrange(6)
        if how == 0:
            del holder[index]
        elif how == 1:
            holder.insert(rng.randrange(len(holder) + 1), copy.deepcopy(holder[index]))
        elif isinstance(holder, Pairs):
            key, item = holder[index]
            holder[index] = [(key, rng.choice(ODD_JSON)), (rng.choice(KEYS), item), (key, gift), (key, Number(rng.randint(-3, 300)))][how - 2]
        else:
            holder[index] = [rng.choice(ODD_JSON), gift, gift, Number(rng.randint(-3, 300))][how - 2]
    return write_json(tree).encode("utf8", "surrogateescape")[:LIMIT]


def spoil_document(rng, data, others):
    how = rng.random()
    if how < 0.3:
        return spoil_bytes(rng, data)
    return spoil_tokens(rng, data, others) if how < 0.6 else spoil_tree(rng, data, others)


ODD_TICKS = [0, 1, -1, 9000, 9700, 230000, -(1 << 30), -(1 << 30) - 1, 3221225471, 3221225472, 2147483647, 2147483648, -2147483648, 1 << 62]
ODD_AMOUNTS = [0, 1, -1, 2, 7, 262143, -262144, 300000, 2147483648, -2147483648, 2147483649, (1 << 31) + 5, 1 << 60, -(1 << 60), (1 << 60) + 1,
               (1 << 63) - 1, -(1 << 63), 922337203685477579, 10 ** 15, 1 << 100, -(1 << 100), (1 << 100) + 1, (1 << 127) - 1, -(1 << 127)]


def make_tally_text(rng, ids):
    """A literal of a tally with these evidence ids (hexadecimal): mostly well-formed, with amounts and ticks at their ends."""
    parts = []
    for name in ids:
        kept, cells = int(name[-1], 16) & 3, []
        ticks = sorted({rng.choice(ODD_TICKS) if rng.random() < 0.25 else rng.randint(9600, 9800) for _ in range(rng.choice([0, 1, 1, 2, 5, 12]))})
        amounts = [rng.choice(ODD_AMOUNTS) if rng.random() < 0.4 else rng.randint(1, 9) for _ in ticks]
        if kept == 1:
            cells = ["%d=%s" % (tick, decimal(rng, amount)) for tick, amount in zip(ticks, amounts)]
        elif kept == 2:
            keys = sorted({value_key(rng) for _ in ticks})
            cells = ["%s@%d=%d" % (key, tick, amount) for key, tick, amount in zip(keys, ticks, amounts)]
        else:
            cells = ["%d=%d" % pair for pair in zip(ticks, amounts)]
        parts.append(" " + name + (":" + ",".join(cells) if cells else ""))
    return ("tally1" + "".join(parts)).encode()


def decimal(rng, amount):
    return "%d%s" % (amount, rng.choice(["", "", ".5", ".000001", ".1234567"]))


def value_key(rng):
    if rng.random() < 0.2:
        return rng.choice(["f1", "f2", "f4", "f3", "f5"]) + "%030x" % rng.getrandbits(120)
    length = rng.randint(0, 15)
    return "%x%x" % (rng.choice([1, 1, 2, 3, 4, 5, 0]), length) + "".join("%02x" % rng.randrange(256) for _ in range(length))


def spoil_copy(rng, images):
    """A file of COPY … (FORMAT binary) with one column, spoilt outside or inside its values."""
    rows = b"".join(struct.pack("!hi", 1, len(image)) + image for image in images)
    data = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0) + rows + struct.pack("!h", -1)
    return spoil_bytes(rng, data) if rng.random() < 0.3 else data


def extreme_documents():
    """At the limits, and far beyond them."""
    def rules(body):
        return b'{"rules":[' + body + b"]}"

    def many(count, body):
        return rules(b",".join(body % i for i in range(count)))

    def text_rule(test):
        return rules(b'{"name":"a","if":{"industry":' + test + b'},"points":1},{"name":"e","on":"*","if":{"url":' + test + b'},"points":1}')

    simple = b'{"name":"r%d","on":"k%%d","points":1}'
    yield from (b"[" * n for n in (32, 33, 1000, LIMIT))
    yield from (b'{"a":' * n for n in (33, LIMIT // 5))
    yield from (b'{"rules":' + b"[" * n + b"]" * n + b"}" for n in (31, 32, 400000))
    yield from (many(n, b'{"name":"r%d","on":"visit","points":1}') for n in (4095, 4096, 4097, 20000))
    yield from (many(n, b'{"name":"r%d","on":"visit","if":{"url":"/%d"},"points":1}'.replace(b"/%d", b"/")) for n in (4096,))
    yield many(2000, b'{"name":"r%d","enabled":false,"if":{"industry":{"matches":"^a.*b$"}},"points":1}')
    yield many(300, b'{"name":"r%d","if":{"industry":{"matches":"a.*b.*c|d+e?"}},"points":1}')
    yield from (b'{"name":"' + b"x" * n + b'","rules":[]}' for n in (1024, 1025, LIMIT - 22, LIMIT - 21, LIMIT))
    yield b'{"description":"' + b"\\u0001" * 170000 + b'","rules":[]}'
    yield rules(b'{"name":"a","attribute":"n","bands":[{"points":0}' + b"".join(b',{"from":%d,"points":1}' % i for i in range(10000)) + b"]}")
    yield rules(b'{"name":"a","attribute":"n","bands":[' + b",".join(b'{"from":1e15,"points":1}' for _ in range(10000)) + b"]}")
    yield rules(b'{"name":"a","if":{"n":[' + b",".join(b"%d" % i for i in range(140000)) + b']},"points":1}')
    yield rules(b'{"name":"a","attribute":"industry","values":{' + b",".join(b'"v%d":1' % i for i in range(20000)) + b"}}")
    yield rules(b'{"name":"a","on":[' + b",".join(b'"k%d"' % i for i in range(100000)) + b'],"points":1}')
    yield rules(b'{"name":"a","if":{"any":[' + b",".join(b'{"a":%d}' % i for i in range(20000)) + b']},"points":1}')
    yield rules(b'{"name":"a","if":{' + b",".join(b'"f%d":1' % i for i in range(20000)) + b'},"points":1}')
    yield from (rules(b'{"name":"a","if":' + b'{"not":' * n + b"{}" + b"}" * n + b',"points":1}') for n in (26, 28, 29, 30))
    yield rules(b'{"name":"a","if":{"' + b"a." * 500 + b'a":1},"points":1}')
    for pattern in (b"%a" * 200 + b"%b", b"%" * 1000 + b"b", b"_%" * 300 + b"b", b"%" + b"a" * 1000 + b"%b"):
        yield text_rule(b'{"like":"' + pattern + b'"}')
        yield text_rule(b'{"ilike":"' + pattern + b'"}')
    for pattern in (b"(a+)+b", b"(a*)*b", b"((a{1,100}){1,100})b", b"(a{1,255}){1,255}", b"(.*)\\\\1\\\\1b", b"a" * 20000, b"(" * 300 + b")" * 300,
                    b"(?:" * 3000 + b")" * 3000, b"[^b]*" * 100 + b"b", b"\\\\y(a|aa)+\\\\y"):
        yield text_rule(b'{"matches":"' + pattern + b'"}')
    yield simple % 0
