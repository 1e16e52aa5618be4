"""What reading shows: runs and their topics, people beside the machine, who is missing, what is alike."""
