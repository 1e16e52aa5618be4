"""Votes (参考投票): advisory votes on a subject; the ward asks, and nobody is bound by the outcome.

Words: Vote 参考投票, VoteOption 選択肢, Elector 名簿, Participation 投票したこと, Ballot 一人の票, VoteCount 集計.
Tables: votes, vote_options, electors, elector_guesses, participations, ballots, ballot_links, replaced_seals,
room_batches, vote_counts.
Spine: a reason given with a ballot owns one contribution.
Below: contributions. Above, those who read it: moderation, front, desk.
Start reading at commands/casting.py.
"""
