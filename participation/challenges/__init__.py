"""Challenges and ideas (区政課題とアイデア), and who needs and offers what (協力ボード).

Words: Challenge 区政課題, Idea アイデア, IdeaLink 課題との結び付け, CooperationCall 協力の募集, CallApplication 応募.
Tables: challenges, challenge_ties, challenge_materials, challenge_steps, ideas, idea_links, cooperation_calls, call_applications. Spine: challenges, ideas and calls own a subject each; ideas and calls a contribution.
Below: proposals, discussion. Above, those who read it: projects, notices, moderation, front, desk.
Start reading at commands/posting.py.
"""
