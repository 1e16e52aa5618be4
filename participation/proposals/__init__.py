"""Proposals (団体の提案): what an organisation offers to do together with the ward, and what becomes of it.

Words: Proposal 提案, Stage 段階, Endorsement 賛同, ProposalVersion 以前の文章.
Tables: proposals, proposal_versions, stage_changes, person_endorsements, organisation_endorsements. Spine: each submitted proposal owns one subject and one contribution.
Below: contributions. Above, those who read it: moderation, front, desk.
Start reading at commands.py.
"""
