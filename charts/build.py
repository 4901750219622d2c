"""python -m charts.build: make everything anew that is made from the chart."""

from charts import CHART, manifests
from charts.readme import readme


def main() -> None:
    """Write the README of the chart and the plain manifests."""
    (CHART / "README.md").write_text(readme(), encoding="utf-8")
    manifests.write()


if __name__ == "__main__":
    main()
