"""Expected outputs of the isolation specs: one file a spec, with a section for the variants that give the same.

    expected.py split EXPECTED OUT              OUT/<variant>/expected/<spec>.out, for pg_isolation_regress
    expected.py merge EXPECTED OUT              the other way round, from OUT/<variant>/results; then read the diff
"""
import pathlib
import sys


def split(expected, out):
    for file in sorted(expected.glob("*.out")):
        targets = []
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.startswith("== "):
                targets = [out / name.strip().replace(" ", "_") / "expected" / file.name for name in line[3:].split(",")]
                for target in targets:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text("", encoding="utf-8")
            else:
                for target in targets:
                    with target.open("a", encoding="utf-8") as handle:
                        handle.write(line)


def merge(expected, out):
    found = {}
    for result in sorted(out.glob("*/results/*.out")):
        sections = found.setdefault(result.name, {})
        sections.setdefault(result.read_text(encoding="utf-8"), []).append(result.parts[-3].replace("_", " "))
    for name, sections in found.items():
        text = "".join("== %s\n%s" % (", ".join(variants), body) for body, variants in sections.items())
        (expected / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    {"split": split, "merge": merge}[sys.argv[1]](pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
