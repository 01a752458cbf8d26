"""A simulated afternoon at one kiosk: the real application over HTTP, people who hesitate, and a clock for both.

`python -m tests.simulation` prints the report. `kinds` says who comes, `person` walks the screens as a browser does,
`minds` how long people think. The kinds are also the table test of the kiosk (tests/kiosk/web/test_kinds.py).
"""
