"""The promises of an archive, each checked by reading: a file a kind of evidence."""
