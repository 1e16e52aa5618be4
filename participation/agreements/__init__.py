"""Agreements: what an organisation's delegates say before something goes out in its name (団体の中の承認).

Its rooms: domain, events, models, policies, queries, commands, forms, views, subscribers, slice.
Whoever does something in an organisation's name says so once (`domain.Act`) and asks here first.
What agreeing is about, and how it is carried out, stays with the slice that owns the act.
"""
