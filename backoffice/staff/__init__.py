"""Staff accounts of a municipality: who may sign in, by which means, and what each role may do."""
