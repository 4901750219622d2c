"""Where in a file an image is named."""

import json

from tests.builders import PINNED, pod, review
from tests.jobs.check.samples import POD, results
from webhook.jobs.check.judging import Result
from webhook.jobs.check.objects import DIRECT, Object, image_object
from webhook.jobs.check.places import image_path, line_of, place_of

DEPLOYMENT = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: api}}
spec:
  template:
    spec:
      containers: [{{name: app, image: {PINNED}}}]
      initContainers:
        - name: first
          image: nginx
"""


def test_pod() -> None:
    """The line of the image, or of the object."""
    [result] = results(POD)
    assert line_of(result) == 3
    assert place_of(result, result.findings[0]) == "manifests/web.yaml:9"


def test_template() -> None:
    """In a workload the image is in its template."""
    [result] = results(DEPLOYMENT)
    assert [line_of(result, finding) for finding in result.findings] == [7, 10]


def test_review() -> None:
    """In a review the image is in its object."""
    [result] = results(json.dumps(review(pod(PINNED)), indent=0))
    path = image_path(result, result.findings[0])
    assert path == ("request", "object", "spec", "containers", 0, "image")
    assert line_of(result, result.findings[0]) is not None


def test_no_file() -> None:
    """What comes from no file has no line."""
    [one] = results(POD)
    direct: Object = image_object(PINNED)
    result = Result(object=direct, review=one.review, outcome=one.outcome)
    assert place_of(result, result.findings[0]) == DIRECT
