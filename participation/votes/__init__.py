"""Votes (参考投票): advisory votes on a question of the ward; never an election.

Words: Vote 参考投票, Option 選択肢, Ballot 票, Stance 賛成・反対・どちらともいえない.
Tables: votes, options, ballots. Spine: a reason given with a ballot owns one contribution.
Below: contributions. Above, those who read it: front, desk.
Start reading at commands.py.
"""
