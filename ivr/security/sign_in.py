"""Flask-Security, set up for this product: password, second factor, recovery codes, reset by mail."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_security import Security, SQLAlchemySessionUserDatastore
from flask_security.forms import TwoFactorSetupForm
from flask_security.utils import aware_utcnow
from flask_wtf import CSRFProtect

from ivr.clock import Clock
from ivr.security.limits import TRIES, limited
from ivr.security.lockout import SignInForm
from ivr.security.mail import SiteMail

GUESSED = ("login", "forgot_password", "reset_password", "two_factor_token_validation", "mf_recovery", "verify")

AUTHENTICATOR = "authenticator"
STEPS = ("CHANGE_EMAIL", "CONFIRM_EMAIL", "LOGIN", "TWO_FACTOR_SETUP", "US_SETUP", "WAN_REGISTER", "WAN_SIGNIN")
"""What one begins and must end soon; the library warns of its own defaults, which are texts."""

SETTINGS = {
    "SECURITY_URL_PREFIX": "/admin",
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "today.page",
    "SECURITY_POST_LOGOUT_VIEW": "security.login",
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_DATETIME_FACTORY": aware_utcnow,
    "SECURITY_I18N_DIRNAME": ["builtin"],
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_INPUT_NORMALIZE_FORM": "NFC",
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_PASSWORD_SINGLE_HASH": True,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_RESET_URL": "/forgotten",
    "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=2),
    "SECURITY_CHANGEABLE": True,
    "SECURITY_CHANGE_URL": "/password",
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": [AUTHENTICATOR],
    "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_WEBAUTHN": True,
    "SECURITY_WAN_ALLOW_AS_FIRST_FACTOR": False,
    "SECURITY_WAN_ALLOW_AS_MULTI_FACTOR": True,
    "SECURITY_WAN_ALLOW_AS_VERIFY": None,
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SECURITY_STATIC_FOLDER_URL": "/security-static",
} | {f"SECURITY_{name}_WITHIN": timedelta(minutes=15) for name in STEPS}


class SetupForm(TwoFactorSetupForm):
    """There is one method to choose, and it is chosen: a lone button that is not pressed looks like an ornament."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setup.data = self.setup.data or AUTHENTICATOR


def add_sign_in(
    app: Flask, users: SQLAlchemySessionUserDatastore, clock: Clock, sender: str, *, is_https: bool
) -> None:
    """Sign-in, CSRF and rate limits for that application; its `SECRET_KEY` is set; mail is from `sender`."""
    app.config.update(SETTINGS)
    app.config["SECURITY_TOTP_SECRETS"] = {"1": app.config["SECRET_KEY"]}
    app.config["SECURITY_TOTP_ISSUER"] = app.config["SECURITY_WAN_RP_NAME"] = "IVR"
    app.config["SECURITY_EMAIL_SENDER"] = sender
    app.config["SESSION_COOKIE_NAME"] = "__Host-ivr" if is_https else "ivr"
    app.config["REMEMBER_COOKIE_NAME"] = "__Host-ivr-remembered" if is_https else "ivr-remembered"
    for name in ("SESSION_COOKIE", "REMEMBER_COOKIE"):
        app.config[f"{name}_SECURE"] = is_https
        app.config[f"{name}_HTTPONLY"] = True
        app.config[f"{name}_SAMESITE"] = "Lax"
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session; a page left open at noon must still work
    app.extensions["ivr.users"] = users
    app.extensions["ivr.clock"] = clock
    CSRFProtect(app)
    Security(app, users, login_form=SignInForm, two_factor_setup_form=SetupForm, mail_util_cls=SiteMail)
    limiter = limited(app)
    for view in GUESSED:
        name = f"security.{view}"
        view_function: Any = app.view_functions[name]
        app.view_functions[name] = limiter.limit(TRIES, methods=["POST"])(view_function)

    @app.teardown_appcontext
    def forget_session(_: BaseException | None) -> None:
        users.db.session.remove()
