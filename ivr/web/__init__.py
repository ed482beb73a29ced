"""Pages and health; browsers and monitors, never the carrier."""
