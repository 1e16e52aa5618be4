"""Organisations (組織・団体): the ward's sections, and the associations, councils, firms and schools around it.

Words: Section 所管課, Department 部, OfficePost 役職, CommunityOrganisation 町会・自治会, 住区住民会議, NPO, 企業, 学校.
Tables: sections, office_posts, community_organisations. Spine: none.
Below: places. Above, those who read it: people, plans, consultations, opinions, proposals, desk.
Start reading at commands.py.
"""
