"""What fits several alerts that came in one delivery: the likeliest of each first, told which it is for."""

from bot.recall.shelf import RunbookShelf
from memory.recall.cache import VectorCache
from memory.recall.entry import Query
from tests.bot.recall.conftest import LIBRARY
from tests.fakes.embedding import WordEmbedder

CRASHING = Query(words="a pod restarts", names=("KubePodCrashLooping",))
FULL = Query(words="no space left", names=("disk-full",))
BOTH = Query(words="a pod restarts", names=("KubePodCrashLooping", "disk-full"))


def shelf() -> RunbookShelf:
    return RunbookShelf((), LIBRARY, VectorCache(WordEmbedder()))


def test_each_alert_has_its_runbook_first_even_beyond_the_limit() -> None:
    alerts = {"KubePodCrashLooping": CRASHING, "disk-full": FULL}
    found = shelf().find_each(BOTH, alerts, limit=1)
    assert {each.file: each.alerts for each in found} == {
        "KubePodCrashLooping.md": ("KubePodCrashLooping",),
        "disk-full.md": ("disk-full",),
    }


def test_without_several_alerts_it_is_what_fits_the_one() -> None:
    assert shelf().find_each(FULL, {}) == shelf().find(FULL)


def test_alerts_of_one_runbook_are_told_together() -> None:
    found = shelf().find_each(FULL, {"disk-full": FULL, "no space": Query(words="no space left")})
    assert found[0].alerts == ("disk-full", "no space")
