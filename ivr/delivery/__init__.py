"""The worker: sends what was promised, fetches what was recorded; claim with a lease, act, settle."""
