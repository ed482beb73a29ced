"""Signatures of webhooks are those of the Standard Webhooks scheme."""

from datetime import UTC, datetime

from ivr.webhook_signatures import secret_from, sign


def test_a_message_is_signed_as_in_the_words_of_the_scheme() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, UTC)
    signed = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_depends_on_the_installation_and_the_salt() -> None:
    secrets = {secret_from(installation, salt) for installation in ("one", "two") for salt in ("a", "b")}
    assert len(secrets) == 4
    assert all(secret.startswith("whsec_") for secret in secrets)
