"""Contributions (発言): the one register of everything anybody said, in whatever slice.

Words: Contribution 発言, Visibility 公開の状態, Redaction 黒塗り.
Tables: contributions, contribution_versions, redactions. Spine: 「what was said」.
Below: subjects, people, consultations. Above, those who read it: every way of speaking, moderation, replies, desk.
Start reading at queries.py: visible_to() is the single answer to "may this be shown".
"""
