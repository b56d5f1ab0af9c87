"""Reading back: stored captures, and other people's, read with today's readers."""
