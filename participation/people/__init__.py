"""People (人): accounts of residents and staff, what they are to the ward, and their sessions.

Words: Person 人, Standing 在住・在勤・在学・区内活動・団体, Membership 団体の担当者, StaffRole 職員の役割, PostHolding 役職への就任,
Absence 不在と代理.
Tables: persons, person_standings, memberships, staff_roles, post_holdings, absences, login_sessions,
credential_tokens. Spine: 「who」.
Below: organisations. Above, those who read it: contributions and every way of speaking.
Start reading at commands/accounts.py.
"""
