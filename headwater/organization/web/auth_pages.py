"""The page object of everything around signing in, and how allauth's forms become controls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.forms import BaseForm

from headwater.kernel.errors import Invalid, Text
from headwater.ui.pages import Action, FieldControl


@dataclass(frozen=True, slots=True)
class Passkey:
    """What the `hw-passkey` island needs: where the answer goes, and the options or where to get them."""

    action: str
    label: Text
    mode: str = "get"  # or "create"
    options: Mapping[str, Any] | None = None
    options_url: str = ""
    first: bool = False  # the main way on this page


@dataclass(frozen=True, slots=True)
class AuthPage:
    """A page with one small form in the frame for people who are not (fully) signed in."""

    title: Text
    intro: Text = ""
    action: str = ""
    controls: tuple[FieldControl, ...] = ()
    submit: Text = ""
    hidden: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    passkey: Passkey | None = None
    links: tuple[Action, ...] = ()
    note: Text = ""
    good: bool = False  # something has succeeded: shown with a tick
    wide: bool = False


def control(form: BaseForm, name: str, label: Text, **how: Any) -> FieldControl:
    """A bound field of a Django form as a control; passwords are never sent back."""
    bound = form[name]
    secret = how.get("kind") == "password"
    return FieldControl(
        name=bound.html_name,
        label=label,
        value="" if secret else (bound.value() or ""),
        error=" ".join(str(error) for error in bound.errors),
        required=bound.field.required,
        **how,
    )


def errors_of(form: BaseForm) -> tuple[str, ...]:
    """What is wrong with the form as a whole."""
    return tuple(str(error) for error in form.non_field_errors())


def complaint(refusal: Invalid, name: str) -> str:
    """What a refusal says about one field."""
    return refusal.fields.get(name, {}).get("detail", "")
