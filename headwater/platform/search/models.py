from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    TextColumn = models.Field[str, str]
else:
    TextColumn = models.Field


class TokensField(TextColumn):
    """A `tsvector` that holds tokens of our own making; no text search configuration is involved."""

    def db_type(self, connection: Any) -> str:
        return "tsvector"


class SearchEntry(models.Model):
    """What one record can be found by."""

    # The id first: it alone decides nearly every comparison, and it is a number.
    pk = models.CompositePrimaryKey("record_id", "record_type")
    record_type = models.TextField()
    record_id = models.BigIntegerField()
    tokens = TokensField()

    class Meta:
        db_table = "platform_search_entry"
