"""The Twilio edge: signature, form to event, turn to TwiML, and the addresses Twilio asks."""
