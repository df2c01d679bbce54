"""The department tree, read."""

from dataclasses import dataclass

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.organization.models import Department


@dataclass(frozen=True, slots=True)
class DepartmentNode:
    """A department at its place; `people` are the active ones in it, `people_below` in all under it too."""

    id: int
    name: str
    parent_id: int | None
    depth: int
    path: str
    leader_id: int | None
    leader: str
    people: int
    people_below: int
    archived: bool
    version: int


def get_department(access: Access, department_id: int, *, lock: bool = False) -> Department:
    """The department; `NotFound` when there is none."""
    departments = Department.objects.select_for_update(no_key=True) if lock else Department.objects
    department = departments.filter(pk=department_id).first()
    if department is None:
        raise NotFound(record="department", id=department_id)
    return department


def department_tree(*, include_archived: bool = False) -> list[DepartmentNode]:
    """All departments depth-first, children by position and name."""
    rows = sql.rows(
        """
        SELECT d.id, d.name, d.parent_id, d.path, d.position, d.leader_id, d.version,
               d.archived_at IS NOT NULL AS archived, coalesce(l.name, '') AS leader,
               (SELECT count(*) FROM organization_user u
                 WHERE u.department_id = d.id AND u.is_active) AS people
        FROM organization_department d LEFT JOIN organization_user l ON l.id = d.leader_id
        WHERE d.archived_at IS NULL OR %s
        ORDER BY d.position, d.name, d.id
        """,
        [include_archived],
    )
    children: dict[int | None, list[dict[str, object]]] = {}
    known = {row["id"] for row in rows}
    below: dict[int, int] = dict.fromkeys(known, 0)
    for row in rows:
        parent = row["parent_id"] if row["parent_id"] in known else None
        children.setdefault(parent, []).append(row)
        for part in row["path"].split("/"):
            if part and int(part) in below:
                below[int(part)] += row["people"]
    nodes: list[DepartmentNode] = []
    waiting: list[tuple[dict[str, object], int]] = [(row, 0) for row in reversed(children.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        nodes.append(_node(row, depth, below))
        waiting += [(child, depth + 1) for child in reversed(children.get(nodes[-1].id, []))]
    return nodes


def _node(row: dict[str, object], depth: int, below: dict[int, int]) -> DepartmentNode:
    values = {key: row[key] for key in ("id", "name", "parent_id", "path", "leader_id", "leader", "people")}
    return DepartmentNode(
        **values,  # type: ignore[arg-type]
        depth=depth,
        people_below=below[int(str(row["id"]))],
        archived=bool(row["archived"]),
        version=int(str(row["version"])),
    )


def department_below(department_id: int) -> frozenset[int]:
    """The department and all under it."""
    found = sql.values(
        """
        SELECT d.id FROM organization_department d JOIN organization_department top ON top.id = %s
        WHERE starts_with(d.path, top.path)
        """,
        [department_id],
    )
    return frozenset(found)
