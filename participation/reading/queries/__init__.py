"""What reading shows: runs, the topics of one, one topic, the comparison of people and machine."""
