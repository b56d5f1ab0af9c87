"""Who we say we are, to portals and in the archive."""

from archive.errors import BadInput

PRODUCT = "congtin"


def user_agent(version: str, contact: str | None) -> str:
    """The User-Agent: project, version and how the operator is reached (`$CONGTIN_CONTACT`).

    Raises BadInput for a contact that no header can carry.

    >>> user_agent("1.0", "ban-luu-tru@example.vn")
    'congtin/1.0 (news archive; contact: ban-luu-tru@example.vn)'
    >>> user_agent("1.0", None)
    'congtin/1.0 (news archive)'
    """
    contact = (contact or "").strip()
    if not (contact.isascii() and (contact.isprintable() or not contact)):
        raise BadInput(f"CONGTIN_CONTACT must be plain ASCII (an address or a page), not {contact!r}.")
    return (
        f"{PRODUCT}/{version} (news archive; contact: {contact})" if contact else f"{PRODUCT}/{version} (news archive)"
    )
