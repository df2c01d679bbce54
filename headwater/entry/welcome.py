"""What `headwater serve` tells the person who started it."""

from headwater.config.env import Env


def sign_ins(env: Env) -> list[str]:
    """How to get in: the demo company's people, or the first-run page."""
    path = env.home / "demo-sign-ins.txt"
    if env.demo and path.exists():
        return path.read_text().splitlines()
    return ["Open the address; the first visitor of an empty installation makes the administrator."]
