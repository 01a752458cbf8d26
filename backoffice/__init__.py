"""The office: receives sealed records, opens them, works the cases, and answers for every sheet.

One folder per noun, the same file names in each: `api` and `console` at the edge, `service`, `repository`, `models`.
Another noun is reached by its service only. No device library is imported here.
"""
