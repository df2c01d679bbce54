"""What the command line says about columns, words and options of an import."""

from typing import Any

import pytest

from headwater.entry.errors import CommandRefused
from headwater.entry.importing import Wishes

COLUMNS = [{"header": "deal_stage"}, {"header": "客户"}, {"header": "Owner"}]


def plans() -> list[dict[str, Any]]:
    return [
        {"column": place, "target": target, "values": {}}
        for place, target in enumerate(("stage", "", "name"))
    ]


def test_wishes_change_what_was_guessed() -> None:
    wishes = Wishes(
        columns=["客户=name"],
        values=["Deal_Stage:Won=赢单", "deal_stage:Lost=输单"],
        options=["policy=update"],
    )
    found = wishes.mapped(COLUMNS, plans())
    assert found is not None
    assert [plan["target"] for plan in found] == ["stage", "name", ""], "a field is filled from one column"
    assert found[0]["values"] == {"Won": "赢单", "Lost": "输单"}
    assert wishes.set_options() == {"policy": "update"}
    assert Wishes().mapped(COLUMNS, plans()) is None, "nothing said: the guess stands"


@pytest.mark.parametrize(
    "wishes", [Wishes(columns=["没有的列=name"]), Wishes(columns=["客户"]), Wishes(values=["客户=赢单"])]
)
def test_what_cannot_be_wished_is_said(wishes: Wishes) -> None:
    with pytest.raises(CommandRefused):
        wishes.mapped(COLUMNS, plans())
