"""Calls to addresses that people typed in reach the public internet, and never the house's own network."""

import socket
from typing import Any

import pytest

from headwater.kernel.errors import Invalid
from headwater.platform import outgoing
from headwater.platform.encryption import Unreadable, decrypt, encrypt
from headwater.platform.outgoing import CallFailed, check_url, post_json
from tests.platform.receivers import robot

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "198.18.0.1", "192.0.2.1",
]  # fmt: skip


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def answer(host: str, port: int, **_rest: Any) -> list[Any]:
        kinds = [socket.AF_INET6 if ":" in one else socket.AF_INET for one in addresses]
        return [
            (kind, socket.SOCK_STREAM, 6, "", (one, port)) for kind, one in zip(kinds, addresses, strict=True)
        ]

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", answer)


def _refuse() -> Any:
    raise ConnectionRefusedError("no")


@pytest.fixture(autouse=True)
def _nothing_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "_opened", [])


@pytest.mark.parametrize("address", PRIVATE)
def test_no_name_leads_inside(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, address)
    with pytest.raises(CallFailed) as refused:
        post_json("https://innocent.example.com/hook", {})
    assert refused.value.code == "private_address"


@pytest.mark.parametrize("address", PRIVATE)
def test_no_literal_address_inside_is_taken(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(Invalid) as refused:
        check_url(f"https://{host}/hook")
    assert refused.value.fields["url"]["code"] == "outgoing.private_address"


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "1.1.1.1", "10.0.0.1")
    with pytest.raises(CallFailed, match="private_address"):
        post_json("https://mixed.example.com/hook", {})


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "1.1.1.1")
    asked: list[Any] = []
    monkeypatch.setattr(
        outgoing.socket, "create_connection", lambda address, *_a: asked.append(address) or _refuse()
    )
    with pytest.raises(CallFailed, match="unreachable"):
        post_json("https://hook.example.com/x", {})
    assert asked == [("1.1.1.1", 443)]


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://a.b/c", "http://example.com/", "https://", "https://u:p@example.com/", "https://a b/",
     "https://example.com\\@10.0.0.1/", "https://例子.cn/", "https://[::1", "https://a:0/", "https://localhost/",
     "https://a.localhost/x", "https://example.com/\r\nHost: x", "https://" + "a" * 1000],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        check_url(url)


def test_the_operator_opens_names_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "_opened", ["127.0.0.0/8", "chat.intern"])
    assert check_url(" https://127.0.0.1/x ") == "https://127.0.0.1/x"
    assert check_url("http://chat.intern/x")
    resolving(monkeypatch, "127.0.0.9")
    monkeypatch.setattr(outgoing.socket, "create_connection", lambda *_a, **_k: _refuse())
    with pytest.raises(CallFailed, match="unreachable"):
        post_json("https://other.example.com/x", {})


def test_answers_redirects_and_slow_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "_opened", ["127.0.0.1"])
    with robot() as made:
        assert post_json(made.url, {"a": "你好"}).status == 200
        assert made.calls == [("/robot/send?key=0123456789abcdef", {"a": "你好"})]
        made.answers = [(302, b"")]
        assert post_json(made.url, {}).status == 302  # not followed
        assert len(made.calls) == 2
        made.answers = [(200, b"x" * 200_000)]
        assert len(post_json(made.url, {}).body) == outgoing.MAX_ANSWER
        made.wait = 3
        with pytest.raises(CallFailed, match="timeout"):
            post_json(made.url, {}, seconds=0.3)


def test_secrets_are_read_again_and_only_with_the_same_key(settings: Any) -> None:
    kept = encrypt("https://example.com/?key=1", purpose="tests")
    assert "example" not in kept
    assert decrypt(kept, purpose="tests") == "https://example.com/?key=1"
    with pytest.raises(Unreadable):
        decrypt(kept, purpose="others")
    settings.SECRET_KEY = "another" * 8
    with pytest.raises(Unreadable):
        decrypt(kept, purpose="tests")
