"""Finding records by a piece of what one remembers: name, company, phone fragment, pinyin or initials.

Each record has one entry of tokens in one table, whatever its type; a query becomes conditions over the
tokens, answered from one index. See docs/adr on search tokens.
"""

from headwater.platform.search.entries import SearchRow, index, match, remove
from headwater.platform.search.tokens import query_of, tokens_of

__all__ = ["SearchRow", "index", "match", "query_of", "remove", "tokens_of"]
