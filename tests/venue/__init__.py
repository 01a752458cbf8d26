"""The venue by touch: real Chromium before the real screens, by hand (`python -m tests.venue`), not in the suite."""
