"""Holds docs/CLIENTS.md to the examples: each snippet must be in the file that is linked above it.

A line with `…` alone stands for lines that were left out. Indentation of a whole snippet may differ.
"""

import pathlib
import re
import textwrap

GUIDE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "CLIENTS.md"
LINK = re.compile(r"\]\((\.\./examples/[^)#]+\.[a-z]+)\)")


def snippets(guide):
    """Yields the number of the line, the last link to an example before it, and the lines of each code block."""
    link, block = None, None
    for number, line in enumerate(guide.splitlines(), start=1):
        if line.startswith("```"):
            if block is None:
                start, block = number, []
            else:
                yield start, link, block
                block = None
        elif block is not None:
            block.append(line)
        elif found := LINK.findall(line):
            link = found[-1]


def parts(block):
    """Splits a snippet at the lines that were left out."""
    text = textwrap.dedent("\n".join(block))
    return [textwrap.dedent(part).strip("\n") for part in re.split(r"^ *…$", text, flags=re.MULTILINE)]


def contains(source, part):
    """Tells whether a file contains the lines, wherever they are indented."""
    wanted = part.splitlines()
    lines = source.splitlines()
    return any(
        textwrap.dedent("\n".join(lines[start : start + len(wanted)])) == part
        for start in range(len(lines) - len(wanted) + 1)
    )


if __name__ == "__main__":
    count = 0
    for number, link, block in snippets(GUIDE.read_text(encoding="utf-8")):
        assert link, f"{GUIDE}:{number}: no example is linked above this snippet"
        source = (GUIDE.parent / link).resolve().read_text(encoding="utf-8")
        for part in parts(block):
            assert contains(source, part), f"{GUIDE}:{number}: not in {link}:\n{part}"
        count += 1
    print(f"{count} snippets are in their files")
