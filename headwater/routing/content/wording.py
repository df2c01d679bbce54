"""The words of a mail to the customer: placeholders in braces, nothing else is special."""

PLACEHOLDERS = ("name", "owner", "company", "phone")
MAX_SUBJECT = 120
MAX_TEXT = 4000


def uses(template: str, name: str) -> bool:
    """Whether a placeholder stands in the template."""
    return f"{{{name}}}" in template
