"""Spaces (空間): where the people of the ward, of a 地区 and of a 住区 talk, agree and propose.

Words: Space 空間, LocalIssue 地域課題, AgendaItem 議題, Meeting 会議, ConsensusCheck 合意確認, LocalNews 住区ニュース.
Tables: spaces, local_issues and what belongs to them, agenda_items, space_meetings, consensus_checks, local_news.
Below: gatherings, discussion, proposals. Above, those who read it: front.
Start reading at models.py.
"""
