"""The contract: what travels between kiosk and office, and the rules of the domain.

Pure by contract (pyproject.toml, import-linter): pydantic and the standard library, no I/O, no framework, no
cryptography. Kiosk and back office never import each other; everything they agree on stands here.
"""
