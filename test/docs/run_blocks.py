#!/usr/bin/env python3
"""Runs the SQL of Markdown pages and compares what it prints with what the pages say.

    test/docs/run_blocks.py [--write] FILE...

Each page gets a new database; its ```sql blocks run in order in one session of psql. Where a ```text block follows
directly, it must be what the block printed (psql's output without row counts); a block without one must not fail.
A ```json block must be a document, or one rule, that the extension accepts.
--write puts the real output into the pages instead of comparing. Connects as psql does (PGHOST, PGUSER ...).
Prints "ok - page" or "not ok - page" with file:line and a diff.
"""
import difflib
import json
import pathlib
import re
import subprocess
import sys

PSQL = ["psql", "-X", "-q", "-P", "pager=off", "-P", "footer=off"]
MARK = "-- end of block"


class Block:
    def __init__(self, language, line, body, end):
        self.language = language
        self.line = line  # of the opening fence, from 1
        self.body = body  # lines
        self.end = end  # index of the closing fence, from 0
        self.expected = None  # the ```text block that follows


def read_blocks(lines):
    """The fenced blocks of a page, each ```sql block with the ```text block right after it."""
    blocks = []
    opened = None
    for index, line in enumerate(lines):
        if opened is None and line.startswith("```"):
            opened = (line[3:].strip(), index)
        elif opened is not None and line.rstrip() == "```":
            language, start = opened
            block = Block(language, start + 1, lines[start + 1:index], index)
            previous = blocks[-1] if blocks else None
            if (language == "text" and previous is not None and previous.language == "sql"
                    and not "".join(lines[previous.end + 1:start]).strip()):
                previous.expected = block
            blocks.append(block)
            opened = None
    if opened is not None:
        raise ValueError(f"line {opened[1] + 1}: this block is never closed")
    return blocks


def run_sql(database, blocks):
    """What each block prints, errors included, where they stand."""
    script = "".join("\n".join(block.body) + f"\n;\\echo '{MARK}'\n" for block in blocks)
    done = subprocess.run(PSQL + ["-d", database], input=script, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding="utf-8", timeout=300, check=False)
    outputs = done.stdout.split(MARK + "\n")
    if len(outputs) != len(blocks) + 1:
        raise ValueError(f"psql ended early:\n{done.stdout[-2000:]}")
    return [tidy(output.split("\n")) for output in outputs[:-1]]


def tidy(lines):
    """Without blanks at the ends of lines and empty lines around."""
    lines = [line.rstrip() for line in lines]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def diff_of(expected, actual):
    return list(difflib.unified_diff(expected, actual, "page", "server", lineterm="", n=2))


def check_json(database, block):
    """The error of a document (or rule) that is not accepted, else nothing."""
    try:
        value = json.loads("\n".join(block.body))
    except ValueError as error:
        return [str(error)]
    if "rules" not in value:
        value = {"rules": [{"name": "example", **value}]}
    statement = "SELECT length($doc$" + json.dumps(value) + "$doc$::leadscore.scoring_rules::text) > 0;"
    done = subprocess.run(PSQL + ["-At", "-d", database], input=statement, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, encoding="utf-8", timeout=60, check=False)
    return [] if done.stdout.strip() == "t" else done.stdout.splitlines()


def check_page(path, database):
    """Complaints about a page as (line, lines of text)."""
    blocks = read_blocks(path.read_text(encoding="utf-8").split("\n"))
    sql = [block for block in blocks if block.language == "sql"]
    complaints = []
    for block, actual in zip(sql, run_sql(database, sql)):
        if block.expected is None:
            if any(re.match(r"(psql:.*)?(ERROR|FATAL|invalid command)", line) for line in actual):
                complaints.append((block.line, actual))
        elif difference := diff_of(tidy(block.expected.body), actual):
            complaints.append((block.expected.line, difference))
    for block in blocks:
        if block.language == "json" and (errors := check_json(database, block)):
            complaints.append((block.line, errors))
    return complaints


def write_page(path, database):
    lines = path.read_text(encoding="utf-8").split("\n")
    sql = [block for block in read_blocks(lines) if block.language == "sql"]
    outputs = run_sql(database, sql)
    for block, actual in reversed(list(zip(sql, outputs))):
        if block.expected is not None:
            lines[block.expected.line:block.expected.end] = actual
        if any(line.startswith("ERROR") for line in actual):
            print(f"  {name_of(path)}:{block.line}: this block fails")
    path.write_text("\n".join(lines), encoding="utf-8")


def name_of(path):
    path = path.resolve()
    root = pathlib.Path(__file__).resolve().parents[2]
    return str(path.relative_to(root)) if root in path.parents else str(path)


def run_page(path, write):
    """Whether the page is right."""
    name = name_of(path)
    database = "docs_" + re.sub(r"\W", "_", name)
    blocks = read_blocks(path.read_text(encoding="utf-8").split("\n"))
    if not any(block.language in ("sql", "json") for block in blocks):
        print(f"ok - {name} (nothing to run)")
        return True
    subprocess.run(["dropdb", "--if-exists", database], check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["createdb", "--template=template0", database], check=True)
    try:
        if write:
            write_page(path, database)
        complaints = check_page(path, database) if not write else []
    finally:
        subprocess.run(["dropdb", database], check=False)
    print(f"not ok - {name}" if complaints else f"ok - {name}")
    for line, texts in complaints:
        print(f"  {name}:{line}:")
        print("\n".join("    " + text for text in texts))
    return not complaints


def main(arguments):
    write = "--write" in arguments
    right = True
    for argument in arguments:
        if argument != "--write":
            try:
                right = run_page(pathlib.Path(argument), write) and right
            except (ValueError, subprocess.SubprocessError) as error:
                print(f"not ok - {argument}\n  {error}")
                right = False
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
