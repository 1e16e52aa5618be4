"""Discussion (話し合い): casual talk among residents about an item of a plan.

Words: Thread 話し合い, Post 投稿, PostKind 理由・心配・提案・質問, Reaction 反応.
Tables: threads, posts, reactions, drafts. Spine: each post owns one contribution.
Below: contributions. Above, those who read it: moderation, front, desk.
Start reading at commands.py.
"""
