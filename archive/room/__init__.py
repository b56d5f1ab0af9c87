"""The reading room: Datasette over an archive, with pages made for reading, on loopback and read-only."""
