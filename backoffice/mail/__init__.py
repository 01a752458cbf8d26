"""Letters by e-mail: queued in the database with their cause, sent once, failures visible. Off without an SMTP host."""
