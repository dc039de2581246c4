"""Profiles of language models: off unless named, refused where the address is unsafe, the key never shown."""

import pytest

from kb.errors import QueryError
from kb.llm.settings import Profile, names, profile

SET = {"RECOURSE_LLM_OLLAMA_MODEL": "m", "RECOURSE_LLM_MY_BOX_MODEL": "n", "RECOURSE_LLM_MY_BOX_URL": "https://box/v1/",
       "RECOURSE_LLM_MY_BOX_KEY": "sesame"}  # fmt: skip


def test_off_is_none() -> None:
    assert profile("off", SET) is None and profile("", {}) is None


def test_a_profile_is_read_from_the_environment() -> None:
    assert profile("my-box", SET) == Profile("my-box", "https://box/v1", "n", "sesame")
    ollama = profile("Ollama", SET)
    assert ollama is not None and (ollama.host, ollama.is_here) == ("127.0.0.1:11434", True)
    assert names(SET) == ("my-box", "ollama")


def test_a_key_is_not_shown() -> None:
    assert "sesame" not in repr(profile("my-box", SET))


@pytest.mark.parametrize(
    ("name", "more", "message"),
    [
        ("openai", {}, "set RECOURSE_LLM_OPENAI_MODEL in the environment"),
        ("other", {}, "set RECOURSE_LLM_OTHER_MODEL and RECOURSE_LLM_OTHER_URL"),
        ("a b", {}, "a name has small letters"),
        ("ollama", {"RECOURSE_LLM_OLLAMA_URL": "http://10.0.0.9/v1"}, "sends questions to 10.0.0.9 unencrypted"),
        ("ollama", {"RECOURSE_LLM_OLLAMA_URL": "http://127.0.0.1.evil.example/v1"}, "unencrypted"),
        ("ollama", {"RECOURSE_LLM_OLLAMA_URL": "https://me:pw@host/v1"}, "holds a name or password"),
        ("ollama", {"RECOURSE_LLM_OLLAMA_URL": "file:///etc"}, "must be like https://host/v1"),
        ("ollama", {"RECOURSE_LLM_OLLAMA_URL": "https://host/v1?a=b"}, "without a query"),
        ("ollama", {"RECOURSE_LLM_OLLAMA_URL": "https://host:99999/v1"}, "is no web address"),
    ],
)
def test_what_cannot_be_used_is_refused(name: str, more: dict[str, str], message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        profile(name, {**SET, **more})
    assert "pw" not in str(caught.value)
