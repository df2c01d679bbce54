"""`headwater demo`: the demo company, as the first-run page offers it too."""

from headwater.entry.errors import CommandRefused


def load_demo(*, only_if_empty: bool) -> int:
    """Load it into an installation without people; with `only_if_empty` anything else is no error."""
    from headwater.organization.queries import anybody_exists

    if anybody_exists():
        if only_if_empty:
            return 0
        raise CommandRefused(
            "There are people here already. The demo company goes into an empty installation."
        )
    from headwater.config.env import env
    from headwater.leads.demo import load_demo_company

    print("Loading the demo company (about half a minute) ...", flush=True)
    lines = load_demo_company()
    (env.home / "demo-sign-ins.txt").write_text("\n".join(lines) + "\n")
    return 0
