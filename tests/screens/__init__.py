"""Every screen of the venue looked at: `make screens`, or `python -m tests.screens --help`.

| module | what |
|---|---|
| `steps`, `table` | the way from screen to screen, as data |
| `modes` | in which sizes, zooms and switches a screen is looked at |
| `stage` | the real office, the kiosk with its dock, and a second one that is not enrolled, then serves tablets |
| `walk` | does the steps |
| `eye`, `measure.js`, `keys` | looks: axe, overflow, targets, names, motion, order of the Tab key |
| `report` | the table and the contact sheets |

DESIGN: WCAG 2.2 AA / JIS X 8341-3 AA; targets of 64 px; text of 24 px on the kiosk.
"""
