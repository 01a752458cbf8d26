"""Passwords: argon2id (RFC 9106, second recommended parameters as argon2-cffi ships them), NFKC before hashing.

Length is what counts (NIST SP 800-63B section 5.1.1): at least 12 characters, no rules on kinds of characters, but
nothing that is commonly used, expected or compromised: zxcvbn's lists and patterns must need 10^8 guesses or more.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from backoffice.staff.errors import PasswordUnfit

MINIMUM: Final = 12
MAXIMUM: Final = 128
EXPECTED_HERE: Final = ("demado", "mynumber", "マイナンバー", "shiyakusho", "市役所")
_UNGUESSABLE: Final = 3  # zxcvbn's score for 10^8 guesses and more
_LOOKED_AT: Final = 72  # its cost grows with the square of the length; it refuses longer texts itself
HASHER: Final = PasswordHasher()
# Checked against when the account is unknown or has no password, so that both take the same time.
NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$Rz6lg7Zk1C3Cq1v6m0uRYg$7Jd0cpmQXk2yGZKpE0V9yXo3i5c0bq1mYc3sRjv1q2A"


def hash_password(password: str, *, login: str) -> str:
    """The encoded hash of a fit password; `PasswordUnfit` says what is wrong with another."""
    normal = unicodedata.normalize("NFKC", password)
    if len(normal) < MINIMUM:
        raise PasswordUnfit("staff.password_short", "パスワードは12文字以上にしてください。")
    if len(normal) > MAXIMUM:
        raise PasswordUnfit("staff.password_long", "パスワードは128文字以内にしてください。")
    if login.lower() in normal.lower() or _guessable(normal, login):
        raise PasswordUnfit("staff.password_guessable", "推測されやすいパスワードです。別のものにしてください。")
    return HASHER.hash(normal)


def _guessable(password: str, login: str) -> bool:
    weighed = zxcvbn(password[:_LOOKED_AT], user_inputs=[login, *EXPECTED_HERE])
    return int(weighed["score"]) < _UNGUESSABLE


def password_fits(password: str, encoded: str | None) -> bool:
    """True if the password belongs to the hash; takes the same time when there is none."""
    normal = unicodedata.normalize("NFKC", password)[:MAXIMUM]
    try:
        return HASHER.verify(encoded or NOBODY, normal) and encoded is not None
    except (VerificationError, InvalidHashError):
        return False
