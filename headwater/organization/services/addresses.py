"""allauth's own table of addresses, kept equal to the person's one address.

allauth finds people by this table too, so an address that was changed must vanish from it: it would go on
opening the account.
"""

from allauth.account.models import EmailAddress

from headwater.organization.models import User


def keep_address(user: User) -> None:
    """Leave the person exactly one address, primary and verified: an administrator vouched for it."""
    EmailAddress.objects.filter(user_id=user.pk).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(
        user_id=user.pk, email=user.email, defaults={"primary": True, "verified": True}
    )
