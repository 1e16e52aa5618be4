"""Moderation (確認): reports, holding, hiding with a reason, restoring.

Words: Report 通報, Decision 判断, GuidelineClause 話し合いのルールの条.
Tables: reports, decisions, guideline_clauses. Spine: reads and changes the visibility of contributions.
Below: contributions. Above, those who read it: front, desk.
Start reading at commands.py.
"""
