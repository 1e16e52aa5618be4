"""Gatherings (集まり): 説明会, 懇談会, オープンハウス, ワークショップ, 住区住民会議, from the announcement to the record.

Words: Gathering 集まり, Registration 申し込み, Draw 抽選, GatheringInvitation 招待, GatheringRecord 記録.
Tables: gatherings, gathering_topics, gathering_seats, registrations, registration_secrets, gathering_draws, gathering_invitations, gathering_records, gathering_record_opinions, gathering_record_files. Spine: each gathering is a subject.
Below: opinions (what is said in the room is an opinion), surveys (its codes), votes (its lot). Above, those who read it: spaces, projects, front, desk.
Start reading at commands/registering.py.
"""
