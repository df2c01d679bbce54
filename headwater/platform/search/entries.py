"""Keeping the entries and asking them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from headwater.kernel import sql
from headwater.kernel.sql import FALSE, TRUE, Fragment
from headwater.platform.search.tokens import query_of, tokens_of


@dataclass(frozen=True, slots=True)
class SearchRow:
    """What a record is found by: its names (people, companies, titles) and its contact data."""

    id: int
    names: Sequence[str] = ()
    phones: Sequence[str] = ()
    words: Sequence[str] = ()


def index(record_type: str, rows: Iterable[SearchRow]) -> int:
    """Write or replace the entries of these records in one statement; how many. About 2000 at a time."""
    ids: list[int] = []
    tokens: list[str] = []
    for row in rows:
        ids.append(row.id)
        tokens.append(" ".join(tokens_of(row.names, row.phones, row.words)))
    if not ids:
        return 0
    return sql.execute(
        """
        INSERT INTO platform_search_entry AS e (record_type, record_id, tokens)
        SELECT %s, given.id, array_to_tsvector(string_to_array(given.tokens, ' '))
        FROM unnest(%s::bigint[], string_to_array(%s, E'\n')) AS given (id, tokens)
        ON CONFLICT (record_type, record_id) DO UPDATE SET tokens = excluded.tokens
        WHERE e.tokens IS DISTINCT FROM excluded.tokens
        """,
        (record_type, ids, "\n".join(tokens)),
    )


def remove(record_type: str, ids: Iterable[int]) -> int:
    """Take records out of the index; how many were in."""
    return sql.execute(
        "DELETE FROM platform_search_entry WHERE record_type = %s AND record_id = ANY(%s::bigint[])",
        (record_type, list(ids)),
    )


def match(record_type: str, q: str, *, id_sql: str = "t.id", private: Fragment = TRUE) -> Fragment:
    """A condition over `id_sql`: the record is found by `q`. False when `q` holds nothing to look for.

    Contact data (phones, words) counts only for records where `private` holds; a masked number must
    not be guessed digit by digit.
    """
    query = query_of(q)
    if query is None:
        return FALSE
    # As an array the ids are found first, by their index. As a subquery the planner, which cannot tell how
    # rare a term is, may walk all records by age and try each: a minute over a million.
    found = Fragment(
        f"{id_sql} = ANY(ARRAY(SELECT record_id FROM platform_search_entry"
        " WHERE record_type = %s AND tokens @@ %s::tsquery))",
        (record_type, query.anything),
    )
    if private == TRUE or query.anything == query.names:
        return found
    by_name = Fragment(
        "EXISTS (SELECT 1 FROM platform_search_entry n"
        f" WHERE n.record_type = %s AND n.record_id = {id_sql} AND n.tokens @@ %s::tsquery)",
        (record_type, query.names),
    )
    return found & (private | by_name)
