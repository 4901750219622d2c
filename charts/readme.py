"""README.md of the chart: its template, with every key of values.yaml."""

import json
from collections.abc import Iterator

from charts import CHART, ROOT
from charts.described import Section, Value, sections

TEMPLATE = ROOT / "charts" / "README.template.md"
_PLACE = "{{values}}\n"


def readme() -> str:
    """Return the text of the README."""
    described = sections((CHART / "values.yaml").read_text(encoding="utf-8"))
    return TEMPLATE.read_text(encoding="utf-8").replace(_PLACE, "\n".join(_table(described)))


def _table(described: tuple[Section, ...]) -> Iterator[str]:
    for section in described:
        yield f"### {section.title}\n"
        yield "| Key | Default | Meaning |"
        yield "|---|---|---|"
        yield from (_row(value) for value in section.values)
        yield ""


def _row(value: Value) -> str:
    default = json.dumps(value.default, ensure_ascii=False)
    return f"| `{'.'.join(value.path)}` | `{default}` | {value.description.replace('|', chr(92) + '|')} |"
