"""Search: one index of documents, found by pairs of characters; slices feed it."""
