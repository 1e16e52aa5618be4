"""Moderation (確認): reports, holding, hiding with a reason, restoring.

Words: Report 通報, ModerationDecision 対応, GuidelineClause 話し合いのルールの条, Appeal 異議.
Tables: reports, moderation_decisions, guideline_clauses, appeals. Spine: reads and changes the visibility of contributions.
Below: contributions. Above, those who read it: front, desk.
Start reading at commands.py.
"""
