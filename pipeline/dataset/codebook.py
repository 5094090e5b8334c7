"""The codebook: what every table, column and code means, as Markdown; printed by `jixiao codebook`, kept in docs/."""

from __future__ import annotations

from pipeline.dataset.schema import TABLES, TYPE_NAMES, TableSchema
from pipeline.lexicon import load_toml

CODES_FILE = "codes.toml"


def codebook() -> str:
    """Every table, column, type and meaning, in Chinese and English, then every code with its Chinese term."""
    parts = [_table_to_markdown(table) for table in TABLES]
    parts.append("# 代码 Codes")
    parts += [_codes_to_markdown(name, codes) for name, codes in load_codes().items()]
    return "\n\n".join(parts) + "\n"


def load_codes() -> dict[str, dict[str, str]]:
    """Column (`table.column`, or the column alone where it is the same in all tables) → code → Chinese term."""
    return load_toml(CODES_FILE)


def _table_to_markdown(table: TableSchema) -> str:
    lines = [f"## {table.name} {table.zh}", "", table.en, ""]
    lines += ["| column 列 | type 类型 | 含义 | meaning |", "|---|---|---|---|"]
    lines += [f"| `{c.name}` | {TYPE_NAMES[c.type]} | {c.zh} | {c.en} |" for c in table.columns]
    return "\n".join(lines)


def _codes_to_markdown(name: str, codes: dict[str, str]) -> str:
    lines = [f"## {name}", "", "| code 代码 | 含义 |", "|---|---|"]
    lines += [f"| `{code}` | {term} |" for code, term in codes.items()]
    return "\n".join(lines)
