"""Handing approved applications over to the people who enter them at the official site. Nothing is sent by itself."""
