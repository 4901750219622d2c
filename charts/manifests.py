"""The plain manifests: the chart rendered with its default values, without what only Helm has a use for."""

import re
from collections.abc import Iterable

from charts import MANIFESTS
from charts.rendering import NAMESPACE, Rendered, objects, render

_OF_HELM = re.compile(r"^ +(helm\.sh/[\w-]+|app\.kubernetes\.io/managed-by): .*\n", re.MULTILINE)
_EMPTY = re.compile(r"^( *)annotations:\n(?!\1 )", re.MULTILINE)

_HEAD = """\
# Made from charts/scangate by `make chart`; change it there. Set the image, then:
#
#   kubectl apply --server-side --filename {file}
#
"""

_NAMESPACE = f"""\
apiVersion: v1
kind: Namespace
metadata:
  name: {NAMESPACE}
  labels:
    pod-security.kubernetes.io/enforce: restricted
"""


def manifests() -> dict[str, str]:
    """Return the texts of the files below manifests/ that are made from the chart."""
    rendered = objects(render({}))
    webhook = [each for each in rendered if each.kind == "ValidatingWebhookConfiguration"]
    tests = [each for each in rendered if _of_the_test(each)]
    rest = [each for each in rendered if each not in webhook and each not in tests]
    # `kubectl delete` takes them in this order: the webhook must be gone before the gate is.
    texts = [*_plain(webhook), _NAMESPACE, *_plain(rest)]
    return {"scangate.yaml": _joined("scangate.yaml", texts), "verify.yaml": _joined("verify.yaml", _plain(tests))}


def write() -> None:
    """Write them."""
    for name, text in manifests().items():
        (MANIFESTS / name).write_text(text, encoding="utf-8")


def _of_the_test(rendered: Rendered) -> bool:
    return rendered.hook == "test" or rendered.name.endswith("-verify")


def _plain(rendered: Iterable[Rendered]) -> list[str]:
    return [_EMPTY.sub("", _OF_HELM.sub("", each.text)) for each in rendered]


def _joined(name: str, texts: Iterable[str]) -> str:
    return _HEAD.format(file=f"manifests/{name}") + "---\n" + "---\n".join(texts)
