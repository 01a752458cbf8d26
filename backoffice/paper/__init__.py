"""Printed matter as PDF: real text in an embedded part of Noto Sans CJK, vector shapes, nothing outside the file."""
