"""API tokens: shown once, narrowed, ended."""

from datetime import timedelta

import pytest

from headwater.kernel import clock, sql
from headwater.kernel.access import Access, Actor, ActorKind, Scope, permit
from headwater.kernel.errors import Forbidden, Invalid, NotFound
from headwater.platform.tokens.services import (
    create_token,
    find_token,
    revoke_token,
    revoke_tokens_of,
    tokens_of,
)


def own_access(user_id: int = 7, kind: ActorKind = ActorKind.PERSON) -> Access:
    actor = Actor(user_id, kind, "张三", permissions={"tokens.create": Scope.OWN})
    return permit(actor, "tokens.create")


@pytest.mark.django_db
def test_a_token_is_found_by_its_secret_alone() -> None:
    token, secret = create_token(own_access(), user_id=7, name="ERP", scopes=["audit.view"])
    assert secret.startswith("hw_")
    assert token.prefix == secret[:9]
    found = find_token(secret)
    assert found is not None
    assert found.allows("audit.view")
    assert not found.allows("settings.configure")
    assert find_token(secret[:-1]) is None
    assert find_token("hw_" + "x" * 5000) is None
    assert find_token("") is None
    assert secret not in str(sql.rows("SELECT * FROM platform_token"))


@pytest.mark.django_db
def test_the_use_is_noted_every_few_minutes() -> None:
    _, secret = create_token(own_access(), user_id=7, name="ERP")
    with clock.freeze(clock.now()):
        first = find_token(secret)
        assert first is not None
        clock.advance(timedelta(minutes=1))
        again = find_token(secret)
        assert again is not None
        assert again.last_used_at == first.last_used_at
        clock.advance(timedelta(minutes=5))
        later = find_token(secret)
        assert later is not None
        assert later.last_used_at == clock.now()


@pytest.mark.django_db
def test_expired_and_revoked_tokens_open_nothing() -> None:
    soon = clock.now() + timedelta(hours=1)
    token, secret = create_token(own_access(), user_id=7, name="ERP", expires_at=soon)
    with clock.freeze(soon):
        assert find_token(secret) is None
    revoke_token(own_access(), token.pk)
    revoke_token(own_access(), token.pk)
    assert find_token(secret) is None
    _, other = create_token(own_access(), user_id=7, name="2")
    assert revoke_tokens_of(own_access(), 7) == 1
    assert find_token(other) is None
    assert len(tokens_of(7)) == 2


@pytest.mark.django_db
def test_nobody_touches_others_tokens(access: Access) -> None:
    token, secret = create_token(own_access(), user_id=7, name="ERP")
    with pytest.raises(NotFound):
        revoke_token(own_access(8), token.pk)
    with pytest.raises(Forbidden):
        create_token(own_access(8), user_id=7, name="theirs")
    with pytest.raises(Forbidden):
        create_token(own_access(7, ActorKind.TOKEN), user_id=7, name="wider")
    revoke_token(access, token.pk)
    assert find_token(secret) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scopes": ["nothing.such"]}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"expires_at": clock.now() - timedelta(days=1)}, "expires_at"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        create_token(own_access(), **({"user_id": 7, "name": "ERP"} | wrong))  # type: ignore[arg-type]
    assert field in refusal.value.fields
