"""Wrong passwords in a row lock an account for a while; who guesses is not told whether there is one."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_security import LoginForm

from ivr.security.users import User

MOST_FAILURES = 10
LOCKED_FOR = timedelta(minutes=15)


class SignInForm(LoginForm):
    """The library's form, which counts."""

    def validate(self, **options: Any) -> bool:
        """Whether identity and password belong together, and the account is not locked."""
        is_right = bool(super().validate(**options))
        user = self.user
        if isinstance(user, User) and not user.is_locked():
            _count(user, current_app.extensions["ivr.clock"](), is_right=is_right)
            users = current_app.extensions["ivr.users"]
            users.put(user)
            users.commit()
        return is_right


def _count(user: User, now: datetime, *, is_right: bool) -> None:
    user.locked_until_at = None
    user.failures = 0 if is_right else user.failures + 1
    if user.failures >= MOST_FAILURES:
        user.failures, user.locked_until_at = 0, now + LOCKED_FOR
