"""A platform on which residents and their ward talk in both directions; start reading at app.py."""
