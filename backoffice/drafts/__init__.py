"""What somebody has typed into a form of the console and not sent: a session that ends loses nothing."""
