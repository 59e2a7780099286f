"""Agents' SIP accounts on a node: kept in the switch's own mod_db, answered by `ccs_directory.lua`.

They are on the node's disk, so phones register while no controller is there and after a restart of the switch.
"""

from __future__ import annotations

import hashlib
import re

from ccswitch.errors import UnsafeString

REALM = "ccs_agent"
_USER = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def a1_hash(user: str, domain: str, password: str) -> str:
    """What SIP digest needs of a password (RFC 2617): MD5 of user:domain:password, 32 hex digits. As secret as it."""
    return hashlib.md5(f"{user}:{domain}:{password}".encode(), usedforsecurity=False).hexdigest()


def insert_command(user: str, a1: str) -> str:
    """The api command that makes an account known; it holds for the next REGISTER."""
    if not re.fullmatch(r"[0-9a-fA-F]{32}", a1):
        raise UnsafeString("an a1-hash is 32 hex digits")
    return f"db insert/{REALM}/{_user(user)}/{a1.lower()}"


def delete_command(user: str) -> str:
    """The api command that takes an account away; a registration that stands ends when it expires."""
    return f"db delete/{REALM}/{_user(user)}"


def select_command(user: str) -> str:
    """The api command that answers the a1-hash of an account, or nothing."""
    return f"db select/{REALM}/{_user(user)}"


def list_command() -> str:
    """The api command that answers the users of the accounts, with commas between them, in at most 4096 characters."""
    return f"db list/{REALM}"


def listed_users(answer: str) -> list[str]:
    """The users in the answer to `list_command`; what we never stored, or its word for nothing, is left out."""
    return [user for user in answer.strip().split(",") if _USER.fullmatch(user)]


def _user(user: str) -> str:
    if not _USER.fullmatch(user):
        raise UnsafeString(f"{user!r} cannot be a SIP user: letters, digits, _ . - only, at most 64")
    return user
