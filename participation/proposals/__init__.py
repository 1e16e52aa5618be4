"""Proposals (提案): what organisations propose to do together with the ward.

Words: Proposal 提案, Endorsement 賛同, Stage 検討の段階.
Tables: proposals, endorsements, stage_changes. Spine: each proposal owns one contribution and one subject.
Below: contributions. Above, those who read it: front, desk.
Start reading at commands.py.
"""
