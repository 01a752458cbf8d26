"""The demo: both services on this machine with simulated devices and invented people (`make demo`)."""
