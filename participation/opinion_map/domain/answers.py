"""The numbers of answers, for what needs no table of votes (賛成 1、パス 0、反対 -1)."""

AGREE, PASS, DISAGREE = 1, 0, -1
