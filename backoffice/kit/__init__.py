"""What every room of the office uses: unit of work, column types, blobs, jobs, keyring, errors."""
