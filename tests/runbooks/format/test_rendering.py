"""What a runbook says is shown and never more than shown."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.format import html, outline
from tests.runbooks.format.written import SOUND, sound

ALLOWED = re.compile(
    r"</?(h[1-6]|p|ul|ol|li|pre|code|em|strong|blockquote|table|thead|tbody|tr|th|td|hr|br|figure|span)"
    r'( (class="(elsewhere|kind|action)"|start="\d+"|style="text-align:(left|right|center)"))?( /)?>'
)


def shown(words: str) -> str:
    return html(sound(SOUND.replace("When it is upset.", words)))


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "![x](https://tracker.example/pixel.png)",
        "[click](javascript:alert(1))",
        '[click](https://evil.example "t")',
        "<img src=x onerror=alert(1)>",
        "<https://evil.example>",
        "<details><summary>x</summary>",
        "a ![b [c](http://d)](http://e) f",
    ],
)
def test_nothing_in_it_runs_loads_or_leads_elsewhere(words: str) -> None:
    text = shown(words)
    assert "<" not in ALLOWED.sub("", text)
    assert " href" not in ALLOWED.sub("", text).replace("&", " ")
    assert not re.search(r"<[^>]*(src|href|on\w+)=", text)


def test_an_action_is_told_from_other_blocks() -> None:
    text = html(sound())
    assert text.count('<figure class="action">') == 2
    assert "tool: deploy.rollback" in text


def test_the_outline_names_the_steps_and_what_is_run() -> None:
    assert outline(sound()).split("\n")[-2:] == ["2. Take it back [action: deploy.rollback]", "3. Tell people"]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>[]()!`*_\"'&ab:/=# \\"), max_size=60))
def test_no_text_gets_a_tag_of_its_own_through(words: str) -> None:
    text = html(sound(SOUND.replace("Slowly.", words.replace("#", "").replace("```", ""))))
    assert "<" not in ALLOWED.sub("", text)
