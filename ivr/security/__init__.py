"""Who may do what on the site: sign-in, roles, rate limits, headers."""
