"""Reading what reading keeps."""
