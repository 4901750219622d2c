"""How tests judge: one image, by a rule, now."""

from datetime import timedelta

from tests.builders import DIGEST, NOW, PINNED, digest_of, image
from webhook.core.evidence import Child, Evidence, Indexed, Single
from webhook.core.judging import judge
from webhook.core.policy import Rule, Ruling
from webhook.core.verdict import Finding

STRICT = Rule(name="default")
USUAL_AGE = timedelta(hours=720)


def judged(evidence: Evidence, rule: Rule = STRICT, text: str = PINNED) -> Finding:
    """Judge an image by its evidence, now."""
    return judge(image(text), evidence, Ruling(rule), now=NOW)


def index(*children: Single) -> Indexed:
    """Return an index of these images, for linux/0, linux/1 …"""
    return Indexed(
        digest=DIGEST,
        children=tuple(Child(f"linux/{number}", digest_of(str(number)), one) for number, one in enumerate(children)),
    )
