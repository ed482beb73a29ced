"""A telephone that executes TwiML as Twilio does, strictly; for the terminal, for replays and for tests."""
