"""Writes the list of macros into docs/look.md from the macros' own comments.

Run it after changing a macro: `python look/manual.py`. tests/look says when it was forgotten.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "docs" / "look.md"
HEADING = "## The macros, file by file\n"
FILES = ("actions", "forms", "editor", "lists", "page", "charts")
MACRO = re.compile(
    r"\{#- (?P<comment>(?:(?!-#\}).)*?) -#\}\s*"
    r"\{% macro (?P<name>[a-z]\w*)\((?P<arguments>.*?)\) -%\}(?P<body>.*?)\{%- endmacro",
    re.DOTALL,
)


def macros(name: str) -> str:
    """The macros of one file: how each is called, and its comment."""
    text = (ROOT / "templates" / "_macros" / f"{name}.html").read_text(encoding="utf-8")
    lines = [f"### `_macros/{name}.html`\n"]
    for macro in MACRO.finditer(text):
        by_call = " (call)" if "caller" in macro["body"] else ""
        lines.append(f"- `{macro['name']}({macro['arguments']})`{by_call}  \n  {macro['comment']}")
    return "\n".join(lines) + "\n"


def manual() -> str:
    """The whole of docs/look.md, with the list of macros as it should be."""
    before = MANUAL.read_text(encoding="utf-8").split(HEADING)[0]
    return before + HEADING + "\n" + "\n".join(macros(name) for name in FILES)


if __name__ == "__main__":
    MANUAL.write_text(manual(), encoding="utf-8")
