"""What reading does when others announce, in the morning, and in long runs."""
