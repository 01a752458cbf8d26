"""The hall: several kiosks of one venue under one tablet and one display, without any line to the office.

`Hall` is what the screens use; `certificate`, `lan`, `pairing`, `line` and `links` are how kiosks reach and know each
other, `queue` and `waiting` who is called next, `hold` who has the screen, `papers` what was taken in.
"""
