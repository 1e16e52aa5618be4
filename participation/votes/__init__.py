"""Votes (参考投票): advisory votes on a subject; the ward asks, and nobody is bound by the outcome.

Words: Vote 参考投票, VoteOption 選択肢, Ballot 投票（一人の票）, VoteCount 集計.
Tables: votes, vote_options, ballots, vote_counts. Spine: the reason given with a ballot owns one contribution.
Below: contributions. Above, those who read it: moderation, front, desk.
Start reading at commands/casting.py.
"""
