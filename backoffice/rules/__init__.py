"""A municipality's rule sets: uploaded files, from which day each holds, and who decided so."""
