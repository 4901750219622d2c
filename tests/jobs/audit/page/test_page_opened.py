"""The HTML report of an audit in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.audits import hostile, many, over, owner, report, unusable, violation, warned
from tests.browser import Browser, browser
from webhook.core.cluster_audit import AuditReport, Violation
from webhook.core.reasons import Reason
from webhook.jobs.audit.page.page import render_page

Open = Callable[[AuditReport], Browser]

THREE = (
    violation(over(), *(owner(f"web-{number}", f"team-{number % 3}") for number in range(12))),
    violation(warned()),
    violation(unusable(Reason.UNAVAILABLE), owner("db", "data")),
)
SIZES: dict[str, tuple[Violation, ...]] = {"none": (), "three": THREE, "three-thousand": tuple(many(3000))}

CONTRASTS = r"""(() => {
  const parts = (color) => color.match(/[\d.]+/g).map(Number);
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = parts(getComputedStyle(each).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const ratio = (element) => {
    const [a, b] = [light(parts(getComputedStyle(element).color)), light(ground(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const speaks = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll("main *, header *, footer *")]
    .filter((element) => speaks(element) && ratio(element) < 4.5)
    .map((element) => [element.className, element.textContent.slice(0, 20), ratio(element)]);
})()"""
"""All texts that hardly stand out."""

INTRUSION = """
document.body.insertAdjacentHTML("beforeend", '<img src=https://evil.example onerror="window.hit = 1">');
const more = document.createElement("script");
more.textContent = "window.hit = 1";
document.body.append(more);
"""

VISIBLE = "[...document.querySelectorAll('.violations tbody tr')].filter(row => row.checkVisibility()).length"
SHOWN = "document.getElementById('shown').textContent"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Run a browser."""
    with browser(tmp_path_factory.mktemp("browser")) as made:
        yield made


@pytest.fixture
def opened(running: Browser, tmp_path: Path) -> Open:
    """Return what opens a report in a page of its own."""

    def open_page(what: AuditReport) -> Browser:
        file = tmp_path / "report.html"
        file.write_text(render_page(what, docs="https://docs.example/reasons.html"), encoding="utf-8")
        running.open(file)
        return running

    return open_page


def search(page: Browser, text: str) -> None:
    """Type something into the filter, and wait until it was looked for."""
    page.run(
        f"new Promise(done => {{ const field = document.getElementById('text'); field.value = {text!r};"
        "field.dispatchEvent(new Event('input')); setTimeout(done, 300); })"
    )


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wrong_with_it(opened: Open, size: str) -> None:
    """No error, no violation of its own policy, no request but for the file itself."""
    page = opened(report(*SIZES[size], troubles=("pods in shop: HTTP 403",) if size == "three" else ()))
    assert page.run(VISIBLE) == len(SIZES[size])
    assert page.complaints == []
    (request,) = page.requests
    assert request.startswith("file:///")


@pytest.mark.parametrize("size", ["three", "three-thousand"])
def test_filter(opened: Open, size: str) -> None:
    """Words of namespaces, workloads, images and reasons, and the choice of an outcome, hide what does not match."""
    total = len(SIZES[size])
    page = opened(report(*SIZES[size]))
    assert page.run(SHOWN) == f"{total:,} of {total:,} shown"
    search(page, "over-limits TEAM-2")
    shown = page.run(VISIBLE)
    assert 0 < shown < total
    assert page.run(SHOWN) == f"{shown:,} of {total:,} shown"
    search(page, "nothing that is there")
    assert page.run(VISIBLE) == 0
    search(page, "")
    choice = "document.getElementById('outcome')"
    page.run(f"{choice}.value = 'warn'; {choice}.dispatchEvent(new Event('change'))")
    assert page.run(VISIBLE) == page.run("document.querySelectorAll('[data-outcome=warn] tbody tr').length")
    assert page.complaints == []


def test_narrow_window(opened: Open) -> None:
    """Nothing is wider than the window of a telephone, and what the filter hides stays hidden."""
    page = opened(report(*SIZES["three"]))
    page.do("Emulation.setDeviceMetricsOverride", width=380, height=800, deviceScaleFactor=1, mobile=True)
    assert page.run("document.documentElement.scrollWidth") <= 380
    search(page, "team-1")
    assert page.run(VISIBLE) == 1


def test_hostile_text(opened: Open) -> None:
    """What strangers wrote is text: no element, no script and no request comes of it."""
    page = opened(
        report(violation(hostile(), owner("<img src=//evil.example>", "<b>shop</b>")), troubles=("<i>x</i>",))
    )
    assert page.run("document.querySelectorAll('img, td b i, #troubles i, tbody script').length") == 0
    assert "<script>alert(1)</script>" in page.run("document.querySelector('.violations tbody').textContent")
    assert page.run("document.scripts.length") == 1
    assert page.complaints == []
    assert len(page.requests) == 1


def test_policy_of_the_page(opened: Open) -> None:
    """If something got through all the same, the browser would not run or fetch it."""
    page = opened(report(*SIZES["three"]))
    page.run(INTRUSION)
    assert page.run("window.hit === undefined")
    assert any("Content Security Policy" in complaint for complaint in page.complaints)


def test_paper(opened: Open, tmp_path: Path) -> None:
    """On paper every workload is there, as if all details were open, and no filter."""
    page = opened(report(*SIZES["three"]))
    page.do("Emulation.setEmulatedMedia", media="print")
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert page.run("document.querySelectorAll('details:not([open])').length") == 0
    assert not page.run("document.getElementById('filter').checkVisibility()")
    page.run("dispatchEvent(new Event('afterprint'))")
    assert page.run("document.querySelectorAll('details:not([open])').length") == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(opened: Open, scheme: str) -> None:
    """Every text stands out by 4.5 to 1 at least (WCAG 2.2, 1.4.3), by day and by night."""
    page = opened(report(*SIZES["three"], troubles=("x",)))
    page.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    assert page.run(CONTRASTS) == []
