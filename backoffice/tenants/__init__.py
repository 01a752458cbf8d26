"""The municipality itself: taken on by command, its own name and contact kept by its administrators."""
