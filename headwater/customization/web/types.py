"""The types of fields as an administrator chooses among them."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from headwater.kernel.catalogue import FieldType
from headwater.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class TypeCard:
    """A type with what it is for."""

    type: FieldType
    icon: str
    note: Text

    @property
    def label(self) -> Text:
        return self.type.label


TYPE_CARDS = (
    TypeCard(FieldType.TEXT, "form-input", _("One line: a name, a code")),
    TypeCard(FieldType.LONG_TEXT, "notebook-pen", _("Several lines: a description")),
    TypeCard(FieldType.NUMBER, "calculator", _("Counts and measures")),
    TypeCard(FieldType.MONEY, "banknote", _("Amounts; 6.8万 is understood")),
    TypeCard(FieldType.PERCENT, "percent", _("Shares and rates")),
    TypeCard(FieldType.DATE, "calendar", _("A day")),
    TypeCard(FieldType.DATETIME, "calendar-clock", _("A day and a time")),
    TypeCard(FieldType.PICKLIST, "list-checks", _("One of several choices")),
    TypeCard(FieldType.MULTI_PICK, "tags", _("Any of several choices")),
    TypeCard(FieldType.CASCADE, "network", _("Choices in a tree, such as regions")),
    TypeCard(FieldType.BOOLEAN, "toggle-left", _("Ticked or not")),
    TypeCard(FieldType.PHONE, "phone", _("Checked and brought to one form")),
    TypeCard(FieldType.EMAIL, "mail", _("Checked, in small letters")),
    TypeCard(FieldType.URL, "globe", _("A link to a page")),
    TypeCard(FieldType.USER, "user-round", _("A colleague")),
    TypeCard(FieldType.DEPARTMENT, "building-2", _("A part of the company")),
    TypeCard(FieldType.LINK, "link", _("Another record: an account, a campaign")),
    TypeCard(FieldType.AUTO_NUMBER, "hash", _("Numbered by the system")),
)
_ICONS = {card.type: card.icon for card in TYPE_CARDS}


def type_icon(kind: FieldType) -> str:
    """The icon of a type."""
    return _ICONS.get(kind, "circle")
