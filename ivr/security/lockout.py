"""Wrong passwords in a row lock an account for a while; who guesses is not told whether there is one."""

from typing import Any

from flask import current_app
from flask_security import LoginForm

from ivr.actions.people import count_attempt
from ivr.security.users import LOCKED, User


class SignInForm(LoginForm):
    """The library's form, which counts."""

    def validate(self, **options: Any) -> bool:
        """Whether identity and password belong together, and the account is not locked."""
        is_right = bool(super().validate(**options))
        self.remember.data = False  # a cookie that outlives the session would outlive signing out
        user = self.user
        if not isinstance(user, User):
            return is_right
        with current_app.extensions["ivr.engine"].begin() as connection:
            counted = count_attempt(connection, user.id, current_app.extensions["ivr.clock"](), is_right=is_right)
        if is_right and not counted:
            self.email.errors = [LOCKED]  # locked by others who tried at the same time
        return is_right and counted
