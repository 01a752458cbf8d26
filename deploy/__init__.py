"""Set-up, the demo, vendored browser files, runbooks."""
